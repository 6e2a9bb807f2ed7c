# SPDX-License-Identifier: GPL-2.0
# lpar: see README.md.
#
#   make demo     run the patent's example in an emulated machine on VMX;
#                 BACKEND=svm: on SVM; KERNEL=vmlinuz: IPL the compressed kernel
#   make shell    boot the same machine with its three LPARs, and open a shell in it,
#                 on SVM; BACKEND=vmx: on VMX
#   make check    run the tests on VMX and on SVM; BACKEND=...: on one of them;
#                 without demo, bench, kernels, debtest, intree and debugcheck
#   make bench    compare with KVM of the same kernel in the same emulated machine, on VMX;
#                 BACKEND=svm: on SVM
#   make kernels  test newer Debian kernels, as hosts and as guests
#   make          build lpar.ko and lparadm
#   make install  install both on this computer; DESTDIR=, PREFIX=/usr/local
#   make deb      build Debian packages in build/deb
#   make debtest  install, use and remove the packages on an emulated fresh Debian
#   make intree   build the module in a kernel tree
#   make debugcheck  run the kselftests on SVM on a kernel with KASAN, lockdep, UBSAN and
#                 kmemleak: hours; ONLY="soak guest ...": only these
#   make htmldocs build the documentation as HTML in build/doc/html
#   make deps     install the Debian packages for "make check"; each target installs
#                 its own
#   make pictures redraw the pictures of the documentation
#   make unit lint tooltest demotest selftest   parts of "make check"
#   make boottest boot LPARs from disks of their own, on SVM
#   make fuzz     fuzz the pure logic; FUZZ_SECONDS=5 for each fuzzer
#
# W=1 enables more warnings and makes them errors. KDIR is the kernel to build
# for: by default the one whose headers the package linux-headers-amd64 depends on,
# which need not be the running kernel.

# vmx or svm. Default: VMX for demo and bench, both for tests
BACKEND	?=
ONE	= $(or $(BACKEND),vmx)
KVER	= $(shell dpkg-query -W -f '$${Depends}' linux-headers-amd64 2>/dev/null | \
	  sed -n 's/.*linux-headers-\([^ ,]*\).*/\1/p')
KDIR	?= $(if $(KVER),/usr/src/linux-headers-$(KVER),/lib/modules/$(shell uname -r)/build)
STRICT	= $(if $(W),W=$(W) KCFLAGS=-Werror)

all: modules tools

modules:
	$(MAKE) -C $(KDIR) M=$(CURDIR) $(STRICT) modules

tools:
	$(MAKE) -C tools/lparadm
	$(MAKE) -C tools/boot

deps:
	scripts/deps

demo:
	@scripts/deps --packages demo $(ONE)
	@bochs=$$(selftests/demo/prepare $(ONE)) && LPAR_BOCHS=$$bochs selftests/demo/run $(ONE)

shell:
	@scripts/deps --packages shell $(or $(BACKEND),svm)
	@bochs=$$(selftests/demo/prepare $(or $(BACKEND),svm)) && \
		LPAR_BOCHS=$$bochs selftests/demo/shell $(or $(BACKEND),svm)

check:
	@scripts/deps check $(BACKEND)
	@selftests/check $(BACKEND)

bench:
	@scripts/deps bench $(ONE)
	@selftests/quiet build/bench/build.log $(MAKE) W=1 all
	@bochs=$$([ $(ONE) = svm ] || selftests/vm/bochs/get) && export LPAR_BOCHS=$$bochs && \
	selftests/bench/run --backend $(ONE) && \
	selftests/bench/net --backend $(ONE) && \
	selftests/bench/block --backend $(ONE) && \
	selftests/bench/hostile --backend $(ONE)

kernels:
	scripts/deps kernels
	selftests/kernels/run --backend svm

unit:
	$(MAKE) --no-print-directory -C selftests/unit OUT=$(CURDIR)/build/unit check
	$(MAKE) --no-print-directory -C selftests/fuzz OUT=$(CURDIR)/build/replay check replay

fuzz:
	@scripts/deps --packages fuzz
	$(MAKE) --no-print-directory -C selftests/fuzz OUT=$(CURDIR)/build/fuzz fuzz

lint:
	selftests/lint/run

tooltest:
	selftests/tool/run
	selftests/boot/run

demotest: all
	selftests/demo/check
	selftests/demo/check_shell

selftest: modules
	@for b in $(or $(BACKEND),vmx svm); do \
		selftests/lpar/run --backend $$b || bad=1; \
	done; [ -z "$$bad" ]

boottest: all
	@scripts/deps check svm
	LPAR_TEST_LIMIT=3000 LPAR_TEST_MEM=1280 selftests/lpar/run --backend svm boot

install: all
	$(MAKE) -C $(KDIR) M=$(CURDIR) $(if $(DESTDIR),INSTALL_MOD_PATH=$(DESTDIR)) \
		CONFIG_MODULE_SIG_ALL= modules_install
	$(if $(DESTDIR),,depmod -a $$($(MAKE) -s -C $(KDIR) kernelrelease))
	$(MAKE) -C tools/lparadm install
	$(MAKE) -C tools/boot install
	@for_kernel=$$($(MAKE) -s -C $(KDIR) kernelrelease); running=$$(uname -r); \
	[ "$$for_kernel" = "$$running" ] || \
		echo "lpar.ko was installed for kernel $$for_kernel; for the running kernel:" \
		     "make install KDIR=/lib/modules/$$running/build" >&2

deb:
	scripts/deps deb
	scripts/deb

debtest: deb
	scripts/deps debtest
	selftests/deb/rootfs
	selftests/deb/run

intree:
	scripts/deps intree
	selftests/intree/run

debugcheck:
	scripts/deps debugcheck
	selftests/vm/debug-kernel/check $(ONLY)

htmldocs:
	@scripts/deps docs
	sphinx-build -q -W --keep-going -b html -d build/doc/doctrees Documentation \
		build/doc/html
	@echo build/doc/html/lpar/index.html

pictures: tools
	LPAR_UPDATE=1 selftests/tool/run svg
	selftests/pictures/run

clean:
	$(MAKE) -C $(KDIR) M=$(CURDIR) clean
	$(MAKE) -C tools/lparadm clean
	$(MAKE) -C tools/boot clean
	rm -rf build/unit build/tiny build/lpar build/bench build/demo build/shell build/check \
		build/doc

.PHONY: all modules tools deps demo shell check bench kernels unit fuzz lint tooltest demotest \
	selftest boottest clean debugcheck \
	install deb debtest intree htmldocs pictures
