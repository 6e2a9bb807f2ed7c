#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
# Every attribute in the code has an entry in Documentation/ABI/testing/, and
# every entry has an attribute in the code. Prints TAP.
use strict;
use warnings;

my %group = (
	item_ => '/sys/kernel/config/lpar/partitions/<name>/',
	storage_ => '/sys/kernel/config/lpar/storage/',
	channel_ => '/sys/kernel/config/lpar/channels/<id>/',
	processors_ => '/sys/kernel/config/lpar/processors/',
	channels_ => '/sys/kernel/config/lpar/channels/',
	partitions_ => '/sys/kernel/config/lpar/partitions/',
);
my $dev = '/sys/class/lpar/<name>/';
my (%code, %doc);

sub slurp {
	open(my $fh, '<', $_[0]) or die "$_[0]: $!\n";
	local $/;
	return <$fh>;
}

for my $file (glob('kernel/iface/*.c')) {
	my $text = slurp($file);
	$text =~ s/^#\s*define\b.*?[^\\]\n//msg;
	while ($text =~ /^LPAR_ATTR_\w+\((\w+),\s*(\w+)/mg) {
		die "$file: unknown prefix $1\n" if !$group{$1};
		$code{"$group{$1}$2"} = $file;
	}
	while ($text =~ /^LPAR_DEV_ATTR\w*\((\w+)/mg) {
		$code{"$dev$1"} = $file;
	}
	while ($text =~ /^static const struct bin_attribute (\w+)_attr\b/mg) {
		$code{"$dev$1"} = $file;
	}
	while ($text =~ /^LIP_ATTR(?:_TEXT)?\((\w+)/mg) {
		$code{"${dev}lips/<n>/$1"} = $file;
	}
	while ($text =~ /^static CLASS_ATTR_\w+\((\w+)\)/mg) {
		$code{"/sys/class/lpar/$1"} = $file;
	}
	while ($text =~ /^static DEVICE_ATTR_\w+\((\w+)\)/mg) {
		$code{"/sys/class/tty/ttyLPAR<number>/$1"} = $file;
	}
}

for my $file (glob('kernel/*.c kernel/*/*.c kernel/*/*/*.c')) {
	my $text = slurp($file);
	while ($text =~ /^module_param\w*\((\w+)/mg) {
		$code{"/sys/module/lpar/parameters/$1"} = $file;
	}
}

for my $file (glob('Documentation/ABI/testing/*')) {
	my $text = slurp($file);
	while ($text =~ m{^What:\s*(/sys/\S*[^/\s])\s*$}mg) {
		$doc{$1} = $file;
	}
}

# Entries that end with / are directories, not attributes.
my @all = sort keys %{{ map { $_ => 1 } keys %code, keys %doc }};
my ($n, $failed) = (0, 0);
print '1..', scalar(@all) || 1, "\n";
if (!@all) {
	print "not ok 1 - there are attributes\n";
	exit 1;
}
for my $path (@all) {
	$n++;
	my $bad = !$doc{$path} ? 'no ABI entry' : !$code{$path} ? "only in $doc{$path}" : '';
	print $bad ? 'not ok' : 'ok', " $n - $path\n";
	print "# $bad\n" if $bad;
	$failed = 1 if $bad;
}
exit $failed;
