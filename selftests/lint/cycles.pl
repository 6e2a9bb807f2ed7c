#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
# Find files that depend on each other in a cycle, from the symbols of their objects. Standard
# input: output of nm -A -g. Calls through pointers do not count: that is how
# a file calls a higher layer. Covers L2 to L4, the layers with locks and threads.
# Prints TAP, one test.
use strict;
use warnings;

# Allowed cycles; files in alphabetical order.
my %known = (
	# The dispatcher runs LIPs, and a LIP tells its dispatcher when it enters.
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
print @bad ? 'not ok' : 'ok', " 1 - no cycle of files\n";
print "#   $_\n" for @bad;
exit(@bad ? 1 : 0);
