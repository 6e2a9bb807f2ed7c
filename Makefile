# SPDX-License-Identifier: GPL-2.0
# lpar: see README.md. `make demo` and `make check` install what is missing.

KDIR ?= $(shell ls -d /lib/modules/$$(uname -r)/build /usr/src/linux-headers-*-amd64 2>/dev/null | head -n 1)

.PHONY: all modules tools clean

all: modules tools

modules:
	$(MAKE) -C $(KDIR) M=$(CURDIR) $(if $(W),W=$(W)) modules

tools:
	$(MAKE) -C tools/lparadm

clean:
	$(MAKE) -C $(KDIR) M=$(CURDIR) clean
	$(MAKE) -C tools/lparadm clean
