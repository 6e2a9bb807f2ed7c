#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
# Rules for includes in lparadm. Arguments: its .c and .h files, relative to
# tools/lparadm. Prints TAP, one test for each rule.
use strict;
use warnings;

my %layer = (lib => 0, config => 1, verbs => 2, frame => 3, 'main.c' => 4);
my @rules = (
	'every file is in a known layer',
	'calls go down',
	'a verb includes no other verb',
	'no cycle of files',
);
my @bad = map { [] } @rules;

# A .c file and its header are one node.
my %uses;

sub layer_of { return $_[0] =~ m{^([^/]+)} ? $1 : $_[0]; }

sub check_include {
	my ($file, $inc) = @_;
	my ($from, $to) = (layer_of($file), layer_of($inc));

	return if !defined $layer{$from} || !defined $layer{$to};
	push @{$bad[1]}, "$file: $inc" if $layer{$to} > $layer{$from};
	push @{$bad[2]}, "$file: $inc"
		if $from eq 'verbs' && $to eq 'verbs' && $inc ne 'verbs/verbs.h';
	s/\.[ch]$// for my ($a, $b) = ($file, $inc);
	$uses{$a}{$b} = 1 if $a ne $b;
}

for my $file (@ARGV) {
	push @{$bad[0]}, $file if !defined $layer{layer_of($file)};
	open(my $fh, '<', $file) or die "$file: $!\n";
	while (<$fh>) {
		check_include($file, $1) if /^\s*#\s*include\s+"([^"]+)"/;
	}
	close($fh);
}

my %state;
sub visit {
	my ($node, @path) = @_;

	return if ($state{$node} // '') eq 'done';
	if (($state{$node} // '') eq 'open') {
		push @{$bad[3]}, join(' -> ', @path, $node);
		return;
	}
	$state{$node} = 'open';
	visit($_, @path, $node) for sort keys %{$uses{$node} // {}};
	$state{$node} = 'done';
}
visit($_) for sort keys %uses;

my $failed = 0;
print '1..', scalar(@rules), "\n";
for my $i (0 .. $#rules) {
	print @{$bad[$i]} ? 'not ok' : 'ok', ' ', $i + 1, " - $rules[$i]\n";
	print "#   $_\n" for @{$bad[$i]};
	$failed ||= @{$bad[$i]};
}
exit($failed ? 1 : 0);
