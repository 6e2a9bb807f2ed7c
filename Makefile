# SPDX-License-Identifier: GPL-2.0
# lpar: see README.md.
#
#   make demo     the patent's case in an emulated machine; BACKEND=svm: on SVM;
#                 KERNEL=vmlinuz: the guests' kernels are packed as Debian ships them
#   make shell    the same machine with its three LPARs, and a shell in it; on SVM,
#                 BACKEND=vmx: on VMX
#   make check    the tests, on VMX and on SVM; BACKEND=...: on one of them;
#                 not demo, bench, kernels, debtest and intree
#   make bench    against the same kernel's KVM, in the same emulated machine;
#                 BACKEND=svm: on SVM
#   make kernels  newer kernels of Debian, as hosts and as guests
#   make          lpar.ko and lparadm
#   make install  both, for this computer; DESTDIR=, PREFIX=/usr/local
#   make deb      Debian packages, in build/deb
#   make debtest  them, installed, used and removed on a fresh Debian that is
#                 emulated; make intree: the module in a kernel's own tree
#   make htmldocs Documentation as HTML, in build/doc/html
#   make deps     the Debian packages for all of this; each target gets its own
#   make pictures of the documentation, drawn anew
#   make unit lint tooltest demotest selftest   parts of "make check"
#   make fuzz     fuzzers of the pure logic, FUZZ_SECONDS=5 for each
#
# W=1 turns more warnings on and makes them errors. KDIR is the kernel to build
# for: by default the one whose headers the package linux-headers-amd64 names,
# which need not be the running one.

# vmx or svm; not given: demo and bench take VMX, tests take both
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
	selftests/bench/block --backend $(ONE)

kernels:
	scripts/deps kernels
	selftests/kernels/run --backend svm

unit:
	$(MAKE) --no-print-directory -C selftests/unit OUT=$(CURDIR)/build/unit check
	$(MAKE) --no-print-directory -C selftests/fuzz OUT=$(CURDIR)/build/replay replay

# FUZZ_SECONDS=5 for each target
fuzz:
	@scripts/deps --packages fuzz
	$(MAKE) --no-print-directory -C selftests/fuzz OUT=$(CURDIR)/build/fuzz fuzz

lint:
	selftests/lint/run

tooltest:
	selftests/tool/run

demotest: all
	selftests/demo/check
	selftests/demo/check_shell

selftest: modules
	@for b in $(or $(BACKEND),vmx svm); do \
		selftests/lpar/run --backend $$b || bad=1; \
	done; [ -z "$$bad" ]

install: all
	$(MAKE) -C $(KDIR) M=$(CURDIR) $(if $(DESTDIR),INSTALL_MOD_PATH=$(DESTDIR)) \
		CONFIG_MODULE_SIG_ALL= modules_install
	$(if $(DESTDIR),,depmod -a $$($(MAKE) -s -C $(KDIR) kernelrelease))
	$(MAKE) -C tools/lparadm install
	@for_kernel=$$($(MAKE) -s -C $(KDIR) kernelrelease); running=$$(uname -r); \
	[ "$$for_kernel" = "$$running" ] || \
		echo "lpar.ko is for kernel $$for_kernel; the running one is $$running:" \
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
	rm -rf build/unit build/tiny build/lpar build/bench build/demo build/shell build/check \
		build/doc

.PHONY: all modules tools deps demo shell check bench kernels unit fuzz lint tooltest demotest \
	selftest clean \
	install deb debtest intree htmldocs pictures
