# Wulian. `make help` lists the targets.
#
#   SAN=1        AddressSanitizer + UBSan, everything below build/san
#   SAN=thread   ThreadSanitizer, below build/tsan
#   SAN=fuzz     clang with libFuzzer, ASan and UBSan, below build/fuzz (made by `make fuzz`)
#   PLUGINS="…"  which plugins to build (default: every plugins/<name> with a plugin.c)
#   BUILD=…      where a variant goes, with DEFS=-D… for what makes it one

SAN     ?=
CC      = $(if $(filter fuzz,$(SAN)),clang,gcc)
VERSION = 0.1.0
BUILD   ?= $(if $(SAN),build/$(or $(filter fuzz,$(SAN)),$(if $(filter thread,$(SAN)),tsan,san)),build)
GEN     = build/gen
DEFS    ?=

PLUGINS ?= $(patsubst plugins/%/plugin.c,%,$(wildcard plugins/*/plugin.c))
TEST_PLUGINS = $(notdir $(patsubst %/,%,$(sort $(dir $(wildcard tests/plugins/*/*.c)))))

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual \
       -Wwrite-strings -Wvla -Wformat=2 -Werror
STD  = -std=c11 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE
ifeq ($(SAN),)
HARD = -O2 -D_FORTIFY_SOURCE=2
else ifeq ($(SAN),thread)
HARD = -O1 -fno-omit-frame-pointer -fsanitize=thread
else ifeq ($(SAN),fuzz)
HARD = -O1 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined \
       -fno-sanitize-recover=undefined
else
HARD = -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
endif
CFLAGS   = $(STD) $(WARN) -g -fvisibility=hidden -fstack-protector-strong $(HARD) $(DEFS)
PG_INC   := $(shell pg_config --includedir 2>/dev/null || echo /usr/include/postgresql)
CPPFLAGS = -Icore -Icore/include -I$(GEN) -isystem $(PG_INC) -DWULIAN_VERSION='"$(VERSION)"'
LDFLAGS  = -pie -Wl,-z,relro,-z,now
LDLIBS   = -lmicrohttpd -lpq -ljansson -lssl -lcrypto -lcurl -lexpat -lz -ldl -lpthread -lm
DEPS     = -MMD -MP
CC_RULE  = $(CC) $(CFLAGS) -fPIE $(CPPFLAGS) $(DEPS)
# A plugin sees one header of the core and links with libc only.
PLUGIN_CC = $(CC) $(CFLAGS) -Icore/include -fPIC $(DEPS)
PLUGIN_LD = $(CC) $(CFLAGS) -shared -Wl,-z,defs,-z,relro,-z,now

CORE_C  = $(wildcard core/*.c core/*/*.c core/station/*/*.c)
CORE_O  = $(CORE_C:%.c=$(BUILD)/obj/%.o)
TEST_C  = $(shell find tests/unit -name '*_test.c' 2>/dev/null | sort)
HELP_C  = $(shell find tests/unit -name '*.c' ! -name '*_test.c' 2>/dev/null | sort)
TESTS   = $(TEST_C:tests/unit/%.c=$(BUILD)/tests/%)
SO      = $(PLUGINS:%=$(BUILD)/plugins/%.so)
TEST_SO = $(TEST_PLUGINS:%=$(BUILD)/test-plugins/%.so)
SERVER_TESTS = $(shell find tests/api tests/contract tests/cost tests/isolation tests/plugins \
                 tests/crash $(wildcard plugins/*/tests) -name node_modules -prune -o -name '*.test.mjs' \
                 -print 2>/dev/null | sort)
SHIMS   = $(patsubst tests/crash/%.c,$(BUILD)/tests/crash/%.so,$(wildcard tests/crash/*.c))
FUZZ    = $(patsubst tests/fuzz/%.c,$(BUILD)/targets/%,$(wildcard tests/fuzz/*.c))
FUZZ_SECONDS ?= 10
BROWSER_TESTS = $(sort $(wildcard tests/browser/*.test.mjs))
DATA    = deploy/data/node_modules/.package-lock.json
CONTRACT = tests/contract/node_modules/.package-lock.json

.PHONY: all tools test-tools tests check unit fuzz fuzz-targets wall-off server-tests web \
        browser-tests run bench lint clean help
.DELETE_ON_ERROR:
.SECONDARY:

# A plugin that is no longer built must not be loaded either.
all: tools $(BUILD)/wulian $(SO) ## the server and its plugins
	@rm -f $(filter-out $(SO),$(wildcard $(BUILD)/plugins/*.so))

tools:
	@deploy/bootstrap --check build

$(BUILD)/wulian: $(CORE_O)
	@echo "link  $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) $^ $(LDLIBS) -o $@

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	@echo "cc    $<"
	@$(CC_RULE) -c $< -o $@

# --- generated -----------------------------------------------------------------------------------

$(DATA): deploy/data/package-lock.json
	@echo "npm   deploy/data (divisions, pinyin, passwords; versions pinned)"
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --prefix deploy/data >/dev/null
	@touch $@

$(GEN)/%_data.h: deploy/gen-%.mjs $(DATA)
	@mkdir -p $(@D)
	@echo "gen   $@"
	@node $< > $@

$(BUILD)/obj/core/base/pinyin.o: $(GEN)/pinyin_data.h
$(BUILD)/obj/core/iam/password.o: $(GEN)/passwords_data.h

# --- plugins -------------------------------------------------------------------------------------

$(BUILD)/obj/plugins/%.o $(BUILD)/obj/tests/plugins/%.o: CC_RULE = $(PLUGIN_CC)

.SECONDEXPANSION:
$(BUILD)/plugins/%.so: $$(addprefix $(BUILD)/obj/,$$(addsuffix .o,$$(basename $$(wildcard plugins/$$*/*.c))))
	@mkdir -p $(@D)
	@echo "so    $@"
	@$(PLUGIN_LD) $^ -o $@

$(BUILD)/test-plugins/%.so: $$(addprefix $(BUILD)/obj/,$$(addsuffix .o,$$(basename $$(wildcard tests/plugins/$$*/*.c))))
	@mkdir -p $(@D)
	@echo "so    $@"
	@$(PLUGIN_LD) $^ -o $@

# --- tests ---------------------------------------------------------------------------------------

test-tools:
	@deploy/bootstrap --check check

tests: test-tools all $(TESTS) $(TEST_SO) $(SHIMS) ## unit test programs, bad plugins, faults

# Other .c files below tests/unit are shared helpers; the archive hands each test what it asks for.
$(BUILD)/tests/helpers.a: $(HELP_C:%.c=$(BUILD)/obj/%.o)
	@mkdir -p $(@D); rm -f $@; ar qcs $@ $^

$(BUILD)/obj/tests/unit/%.o: CPPFLAGS += -Itests/unit

$(BUILD)/tests/%_test: $(BUILD)/obj/tests/unit/%_test.o $(filter-out %/core/main.o,$(CORE_O)) \
                       $(BUILD)/tests/helpers.a
	@mkdir -p $(@D)
	@echo "link  $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) $^ $(LDLIBS) -lcmocka -o $@

unit: test-tools $(TESTS) ## run the unit tests (of the variant SAN says)
	@deploy/run-tests unit $(TESTS)

# For LD_PRELOAD: what stands between a process and its libraries, to make them fail. No sanitizer:
# PostgreSQL, which some go into, has not its runtime.
$(BUILD)/tests/crash/%.so: tests/crash/%.c
	@mkdir -p $(@D)
	@echo "so    $@"
	@$(CC) $(STD) $(WARN) -O1 -g -fPIC -shared -isystem $(PG_INC) $< -o $@ -ldl

$(BUILD)/targets/%: $(BUILD)/obj/tests/fuzz/%.o $(filter-out %/core/main.o,$(CORE_O)) \
                    $(BUILD)/tests/helpers.a
	@mkdir -p $(@D)
	@echo "link  $@"
	@$(CC) $(CFLAGS) -fsanitize=fuzzer $(LDFLAGS) $^ $(LDLIBS) -lcmocka -o $@

$(BUILD)/obj/tests/fuzz/%.o: CPPFLAGS += -Itests/unit

fuzz-targets: $(FUZZ)

fuzz: ## feed the parsers what nobody would send, FUZZ_SECONDS=10 each
	@$(MAKE) --no-print-directory SAN=fuzz fuzz-targets
	@deploy/run-fuzz build/fuzz $(FUZZ_SECONDS) $(notdir $(basename $(wildcard tests/fuzz/*.c)))

wall-off: ## the server without the application's own wall, for the isolation tests
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/wall-off DEFS=-DWULIAN_WALL_APP_OFF all

$(CONTRACT): tests/contract/package-lock.json
	@echo "npm   tests/contract (linter, validator, types from OpenAPI, versions pinned)"
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --prefix tests/contract >/dev/null
	@touch $@

server-tests: tests wall-off $(CONTRACT) ## run the API, cost, isolation, plugin and crash tests
	@WULIAN_BUILD=$(BUILD) deploy/run-tests server $(SERVER_TESTS)

# --- the console -----------------------------------------------------------------------------------

WEB_SRC := $(shell find web/src web/build web/public -type f) web/index.html \
           web/m/index.html web/vite.config.ts web/vite.m.config.ts web/tsconfig.json

web/node_modules/.package-lock.json: web/package-lock.json
	@echo "npm   web (versions pinned, no scripts of packages run)"
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --prefix web >/dev/null
	@touch $@

web/dist/index.html: $(WEB_SRC) web/node_modules/.package-lock.json
	@echo "vite  web/dist"
	@cd web && for of in vite.config.ts vite.m.config.ts; do \
	  node_modules/.bin/vite build --config $$of --logLevel warn || exit 1; done

web: web/dist/index.html ## the console, into web/dist

browser-tests: all web ## check the console's types and use it in a browser
	@cd web && node_modules/.bin/vue-tsc --noEmit
	@WULIAN_BUILD=$(BUILD) deploy/run-tests browser $(BROWSER_TESTS)

check: ## everything: bootstrap, build, lint, unit tests plain and sanitized, server tests
	@deploy/bootstrap check
	@SAN=$(or $(SAN),1) MAKE="$(MAKE)" deploy/check

# --- people --------------------------------------------------------------------------------------

run: ## install what is missing, build, start the embedded server with the demo county
	@deploy/bootstrap run
	@$(MAKE) --no-print-directory all web
	@deploy/run $(BUILD)/wulian var

bench: ## measure against pgbench, write build/bench.json (BENCH_QUICK=1: two minutes)
	@deploy/bootstrap bench
	@$(MAKE) --no-print-directory all $(BUILD)/test-plugins/follows.so
	@WULIAN_BUILD=$(BUILD) node tests/bench/bench.mjs

lint: $(GEN)/pinyin_data.h $(GEN)/passwords_data.h ## style rules, cppcheck, gcc -fanalyzer
	@deploy/bootstrap --check check
	@deploy/lint

clean: ## remove what was built (var/ stays)
	rm -rf build web/dist

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

-include $(shell find $(wildcard $(BUILD)/obj) /dev/null -name '*.d')
