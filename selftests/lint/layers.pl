#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
# Rules for includes and for the contents of each layer. Arguments: the .c, .h and .S
# files in kernel/; and files of programs, which are checked for vendor names only. Prints
# TAP, one test for each rule.
use strict;
use warnings;

# Layer of each directory or top-level file of kernel/. trace.h and compat.h are cross-cutting.
my %layer = (
	'pure.h' => 0, 'lpar.h' => 0,
	model => 0, boot => 0, emul => 0, stage2 => 0, vdev => 0,
	'compat.h' => 1, 'trace.h' => 1, 'trace.c' => 1, hw => 1, host => 1,
	cpu => 2, machine => 2.1, io => 2.2,	# sublayers of L2
	part => 3,
	iface => 4,
	'main.c' => 5,
);

# UAPI headers that L0 may include: they work in user space as well.
my %uapi = map { $_ => 1 } qw(
	asm/bootparam.h asm/kvm_para.h asm/mtrr.h asm/processor-flags.h
	linux/elf.h linux/if_ether.h linux/lpar.h linux/pci_regs.h
	linux/serial_reg.h linux/virtio_blk.h linux/virtio_config.h linux/virtio_ids.h
	linux/virtio_net.h linux/virtio_pci.h linux/virtio_ring.h misc/pvpanic.h
);

# Further forbidden includes.
my %never = (
	hw => qr{^host/}, host => qr{^hw/},
	iface => qr{^(cpu|machine|io|hw|host)/},
);

# Names of processor vendors and their extensions in identifiers. Allowed in emul/,
# because the guest's CPU has a vendor and vendor-specific MSRs, independent of the
# backend; and in compat.h, which gives old kernels the new names that hw/ uses.
my $vendor = qr/(?:^|_)(?:vmxe?|svme?|vmcs|vmcb|avic|intel|amd)(?:_|\d|$)|
		isamd|isintel|vmxon|vmrun|vmm?call/xi;
# Page table formats are data; stage2/ may use their names.
my $format = qr/(?:^|_)(?:ept|npt)(?:_|\d|$)/i;
my %format_free = (hw => 1, stage2 => 1);
my %vendor_free = (hw => 1, emul => 1, 'compat.h' => 1);

# Both backends have the same files, except for features that only one vendor's
# processors have: instruction information in exits, switching of EFER and PAT, a
# preemption timer, hardware tagging of translations, task switches, an exit after IRET.
my %one_has = (
	'vmx/vmx.c' => 1, 'vmx/vmcs.h' => 1, 'vmx/task.c' => 1,
	'svm/step.c' => 1, 'svm/fetch.c' => 1, 'svm/msr.c' => 1, 'svm/timer.c' => 1, 'svm/tlb.c' => 1,
	'svm/svm.c' => 1, 'svm/vmcb.h' => 1,
);

my @rules = (
	'every file is in a known layer',
	'includes go down only',
	'includes are paths from kernel/ of files that exist',
	'<linux/...> comes before our own headers',
	'L0 sources include pure.h first',
	'L0 includes L0 only',
	'no #if in .c and .S files',
	'no vendor names in code outside hw/, compat.h and the guest\'s emul/',
	'no BUG() and no panic()',
	'no floating point in L0',
	'hw/vmx and hw/svm have the same files',
);
my @bad = map { [] } @rules;

sub complain { push @{$bad[$_[0]]}, $_[1]; }

# The file without comments and strings; line numbers are kept.
sub code_of {
	my ($text) = @_;
	$text =~ s{(/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')}
		  {my $t = $1; $t =~ s/[^\n]//g; $t eq '' ? ' ' : $t}gse;
	return $text;
}

sub top_of { return $_[0] =~ m{^([^/]+)} ? $1 : $_[0]; }

sub check_include {
	my ($where, $file, $inc) = @_;
	my ($top, $inc_top) = (top_of($file), top_of($inc));

	# Generated from the ASL.
	return if $inc =~ /\.aml\.h$/;
	if ($inc =~ /\.\./ || !-e "kernel/$inc") {
		complain(2, "$where: \"$inc\"");
		return;
	}
	return if !defined $layer{$inc_top} || !defined $layer{$top};
	complain(1, "$where: \"$inc\"") if $layer{$inc_top} > $layer{$top} ||
		($never{$top} && $inc =~ $never{$top});
	complain(5, "$where: \"$inc\"") if $layer{$top} == 0 && $layer{$inc_top} > 0;
}

sub check_includes {
	my ($file, $text) = @_;
	my $l0 = ($layer{top_of($file)} // 9) == 0;
	my ($n, $ours, $first) = (0, 0, undef);

	for my $line (split /\n/, $text) {
		$n++;
		next if $line !~ /^\s*#\s*include\s+([<"])([^>"]+)/;
		my ($kind, $inc) = ($1, $2);
		my $where = "kernel/$file:$n";
		$first //= $inc;
		if ($kind eq '"') {
			$ours = 1;
			check_include($where, $file, $inc);
			next;
		}
		# Headers that the kernel shares with user space.
		next if $l0 && $uapi{$inc};
		complain(3, "$where: <$inc>") if $ours && $inc !~ m{^trace/};
		next if $inc eq 'linux/lpar.h';
		complain(5, "$where: <$inc>") if $l0 && $file ne 'pure.h';
	}
	complain(4, "kernel/$file: first is " . ($first // 'nothing'))
		if $l0 && $file =~ /\.c$/ && ($first // '') ne 'pure.h';
}

sub check_code {
	my ($file, $code) = @_;
	my ($top, $n) = (top_of($file), 0);

	for my $line (split /\n/, $code) {
		$n++;
		my $where = "kernel/$file:$n";
		complain(6, $where) if $file =~ /\.[cS]$/ && $line =~ /^\s*#\s*(if|ifdef|ifndef|elif)\b/;
		complain(8, $where) if $line =~ /\b(BUG|BUG_ON|panic)\s*\(/;
		complain(9, $where) if ($layer{$top} // 9) == 0 && $line =~ /\b(float|double)\b/;
		check_names($where, $line, $vendor) if !$vendor_free{$top};
		check_names($where, $line, $format) if !$format_free{$top};
	}
}

sub check_names {
	my ($where, $line, $names) = @_;

	return if $line =~ /^\s*#\s*include/;
	for my $word ($line =~ /\b[A-Za-z_]\w*/g) {
		complain(7, "$where: $word") if $word =~ $names;
	}
}

# A file of a program.
sub check_program {
	my ($path, $code) = @_;
	my $n = 0;

	check_names("$path:" . ++$n, $_, $vendor) for split /\n/, $code;
}

sub check_twin {
	my ($file) = @_;
	my ($mine, $name) = $file =~ m{^hw/(vmx|svm)/(\w+\.\w+)$} or return;
	my $twin = $mine eq 'vmx' ? 'svm' : 'vmx';

	complain(10, "kernel/$file: no hw/$twin/$name")
		if !$one_has{"$mine/$name"} && !-e "kernel/hw/$twin/$name";
}

for my $path (@ARGV) {
	my $ours = (my $file = $path) =~ s{^kernel/}{};
	open(my $fh, '<', $path) or die "$path: $!\n";
	my $text = do { local $/; <$fh> };
	close($fh);
	if (!$ours) {
		check_program($path, code_of($text));
		next;
	}
	complain(0, $path) if !defined $layer{top_of($file)};
	check_twin($file);
	check_includes($file, $text);
	check_code($file, code_of($text));
}

my $failed = 0;
print '1..', scalar(@rules), "\n";
for my $i (0 .. $#rules) {
	my $n = $i + 1;
	print @{$bad[$i]} ? 'not ok' : 'ok', " $n - $rules[$i]\n";
	print "#   $_\n" for @{$bad[$i]};
	$failed ||= @{$bad[$i]};
}
exit($failed ? 1 : 0);
