#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
# Which files need each other in a circle, by the symbols of their objects. Standard
# input: nm -A -g of them. What is called through a pointer does not count: that is how
# a file speaks to one above it. Prints TAP, one test. Of the folders where locks are
# taken and threads run: L2 to L4.
use strict;
use warnings;

# Circles that there are reasons for, files in the order of their names.
my %known = (
	# The dispatcher runs LIPs, and a LIP announces to its dispatcher that it enters.
	'cpu/dispatch cpu/lip' => 1,
);

my (%home, %needs, %edge);
while (<STDIN>) {
	my ($file, $type, $name) = m{^kernel/((?:cpu|machine|io|part|iface)/\S+)\.o:\s*(?:[0-9a-f]+\s+)?(\w)\s+(\S+)} or next;
	if ($type eq 'U') {
		$needs{$file}{$name} = 1;
	} else {
		$home{$name} = $file;
	}
	$edge{$file} //= {};
}
for my $file (keys %needs) {
	for my $name (keys %{$needs{$file}}) {
		my $to = $home{$name} // next;
		$edge{$file}{$to} = 1 if $to ne $file;
	}
}

# Tarjan's strongly connected components.
my ($n, @stack, %index, %low, %on, @circles) = (0);
sub visit {
	my ($v) = @_;

	$index{$v} = $low{$v} = $n++;
	push @stack, $v;
	$on{$v} = 1;
	for my $w (sort keys %{$edge{$v}}) {
		if (!defined $index{$w}) {
			visit($w);
			$low{$v} = $low{$w} if $low{$w} < $low{$v};
		} elsif ($on{$w} && $index{$w} < $low{$v}) {
			$low{$v} = $index{$w};
		}
	}
	return if $low{$v} != $index{$v};
	my @circle;
	my $w;
	do {
		$w = pop @stack;
		$on{$w} = 0;
		push @circle, $w;
	} while ($w ne $v);
	push @circles, join(' ', sort @circle) if @circle > 1;
}
visit($_) for grep { !defined $index{$_} } sort keys %edge;

my @bad = sort grep { !$known{$_} } @circles;
print @bad ? 'not ok' : 'ok', " 1 - no circle of files\n";
print "#   $_\n" for @bad;
exit(@bad ? 1 : 0);
