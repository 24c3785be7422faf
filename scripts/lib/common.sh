# Shared by the scripts: messages, and the environment every build needs.
# Source it from the repository's root.

readonly DEBIAN_TOOLCHAIN=debian
readonly WASM_TARGET=wasm32v1-none

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }

# fail MESSAGE NEXT_STEP
fail() {
	printf '\033[1;31merror:\033[0m %s\n  next: %s\n' "$1" "$2" >&2
	exit 1
}

# Whether a toolchain (none named: the default one) can compile for the runtime's target.
has_wasm_target() {
	local rustc=(rustc) scratch found=0
	[ -z "${1:-}" ] || rustc=(rustup run "$1" rustc)
	scratch=$(mktemp -d)
	printf '#![no_std]\n' | "${rustc[@]}" --target "$WASM_TARGET" --crate-type rlib --crate-name probe \
		--out-dir "$scratch" - >/dev/null 2>&1 || found=1
	rm -rf "$scratch"
	return $found
}

# Lets wasm-builder use the toolchain that scripts/setup linked where the default one has no wasm target.
choose_wasm_toolchain() {
	if [ -z "${WASM_BUILD_TOOLCHAIN:-}" ] && ! has_wasm_target && has_wasm_target "$DEBIAN_TOOLCHAIN"; then
		export WASM_BUILD_TOOLCHAIN=$DEBIAN_TOOLCHAIN
	fi
}

# What is downloaded or made once, outside the checkout.
readonly CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/assay

# One target directory outside the checkout: a second clone, and CI, find the dependencies built.
# wasm-builder looks for a path component called `target`, and for the workspace by hint.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$CACHE/target}
export WASM_BUILD_WORKSPACE_HINT=$PWD
readonly BIN=$CARGO_TARGET_DIR/release

# Builds the node and the command line, all packages together so that every script shares one build.
build_binaries() {
	choose_wasm_toolchain
	cargo build --release --locked --workspace --bins
}

# Where build_programs puts the programs of packages.
readonly PROGRAMS=$CARGO_TARGET_DIR/programs

# Compiles the programs in programs/, a workspace of its own, for a target without an operating system.
build_programs() {
	local cargo=(cargo) name
	[ -z "${WASM_BUILD_TOOLCHAIN:-}" ] || cargo=(rustup run "$WASM_BUILD_TOOLCHAIN" cargo)
	CARGO_TARGET_DIR=$PROGRAMS "${cargo[@]}" build --release --locked --manifest-path programs/Cargo.toml \
		--target "$WASM_TARGET" >&2
	for name in minilm; do
		cp "$PROGRAMS/$WASM_TARGET/release/assay_$name.wasm" "$PROGRAMS/$name.wasm"
	done
}

# python_with NAME REQUIREMENT...: the interpreter of a virtual environment of that name, made once.
python_with() {
	local environment=$CACHE/python-$1
	shift
	if [ ! -e "$environment/ready" ]; then
		say "installing $* into $environment"
		rm -rf "$environment"
		python3 -m venv "$environment" ||
			fail "python3 cannot make a virtual environment" "install python3-venv, then run this again"
		"$environment/bin/pip" install --quiet --disable-pip-version-check "$@" >&2 ||
			fail "pip cannot install $*" "check the network, then run this again"
		touch "$environment/ready"
	fi
	printf '%s\n' "$environment/bin/python"
}

# Builds the program that runs ONNX's backend tests, with what all packages together want of its dependencies: one build of
# those with every other script.
build_conformance() {
	cargo build --release --locked --quiet --workspace --bin assay-conformance
}

# Where build_conformance_module puts the slice executor.
readonly CONFORMANCE_MODULE=$CARGO_TARGET_DIR/$WASM_TARGET/release/assay_conformance_guest.wasm

# Compiles the slice executor, and with it numerics and graph, for a target without an operating system.
build_conformance_module() {
	local cargo=(cargo)
	[ -z "${WASM_BUILD_TOOLCHAIN:-}" ] || cargo=(rustup run "$WASM_BUILD_TOOLCHAIN" cargo)
	"${cargo[@]}" build --release --locked --target "$WASM_TARGET" -p assay-conformance-guest
}
