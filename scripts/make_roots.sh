#!/bin/sh
# Makes small systems below dist/roots for `deno task test:emulated`, from Debian's packages and wheels of the Python index: an older
# Debian, and two with nothing but musl and the C++ library, as Alpine has them. On Debian, as root, with debootstrap and pip.
#
#   sh scripts/make_roots.sh [FOLDER]
set -eu

roots=$(realpath -m "${1:-$(dirname "$0")/../dist/roots}")
suite=trixie # the oldest one whose musl knows the packed relocations (RELR) of today's C++ libraries
older=bullseye
# shellcheck disable=SC2016 # apt's own variable
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -n 1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

hosts() { # root
  mkdir -p "$1/etc" "$1/tmp" "$1/dev" "$1/proc" "$1/opt"
  printf '127.0.0.1 localhost\n::1 localhost\n' >"$1/etc/hosts"
}

musl() { # our name, Debian's, the kernel's
  root=$roots/musl-$1
  [ -e "$root/etc/hosts" ] && return
  mkdir -p "$root/lib" "$root/usr/lib" "$work/$1/lists/partial" "$work/$1/cache"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$work/$1/sources.list"
  (
    cd "$work/$1"
    set -- -qq -o APT::Architecture="$2" -o APT::Architectures="$2" -o APT::Sandbox::User=root -o Dir::Etc::SourceParts=- \
      -o Dir::Etc::SourceList="$PWD/sources.list" -o Dir::State::Lists="$PWD/lists" -o Dir::Cache="$PWD/cache"
    apt-get "$@" update
    apt-get "$@" download musl
    dpkg-deb --extract musl_*.deb files
  )
  cp "$work/$1"/files/usr/lib/*-linux-musl/libc.so "$root/lib/ld-musl-$3.so.1"
  ln -sf "ld-musl-$3.so.1" "$root/lib/libc.musl-$3.so.1"
  # A wheel for musl brings the libraries of GCC along, with a sum in their names.
  pip download --quiet --no-deps --only-binary :all: --platform "musllinux_1_2_$3" --dest "$work/$1" numpy
  python3 -m zipfile -e "$work/$1"/numpy-*.whl "$work/$1/wheel"
  cp "$work/$1"/wheel/numpy.libs/libgcc_s-*.so* "$root/usr/lib/"
  cp "$work/$1"/wheel/numpy.libs/libstdc++-*.so* "$root/usr/lib/libstdc++.so.6"
  hosts "$root"
}

mkdir -p "$roots"
musl x64 amd64 x86_64
musl arm64 arm64 aarch64
if [ ! -e "$roots/$older/etc/os-release" ]; then
  debootstrap --variant=minbase "$older" "$roots/$older" "$mirror" >/dev/null
  hosts "$roots/$older"
fi
echo "Made $roots"
