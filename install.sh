#!/bin/sh
# Installs findscu for one user on Linux or macOS: fetches the archive of this machine, checks its SHA-256 sum, and unpacks it.
#
#   sh install.sh
#
# FINDSCU_VERSION   a version, such as 0.1.0; the latest release when unset
# FINDSCU_PREFIX    where to; ~/.local when unset
# FINDSCU_SOURCE    folder (file:// or https://) with the files of a release, instead of the project's page
set -eu

repository=${FINDSCU_REPOSITORY:-findscu/findscu}
prefix=${FINDSCU_PREFIX:-${HOME:?}/.local}
version=${FINDSCU_VERSION:-}

fail() {
  printf 'install.sh: %s\n' "$1" >&2
  exit 1
}

case $(uname -s) in
Linux) system=linux ;;
Darwin) system=macos ;;
*) fail "there is no executable for $(uname -s): try the npm package" ;;
esac
case $(uname -m) in
x86_64 | amd64) architecture=x64 ;;
aarch64 | arm64) architecture=arm64 ;;
*) fail "there is no executable for $(uname -m): try the npm package" ;;
esac
# A shell translated by Rosetta says x86_64 on Apple silicon.
if [ "$system" = macos ] && [ "$(sysctl -n sysctl.proc_translated 2>/dev/null)" = 1 ]; then
  architecture=arm64
fi
libc=
if [ "$system" = linux ] && (ldd --version 2>&1 || true) | grep -qi musl; then
  libc=-musl
fi
target=$system-$architecture$libc

if [ -n "${FINDSCU_SOURCE:-}" ]; then
  source=$FINDSCU_SOURCE
elif [ -n "$version" ]; then
  source=https://github.com/$repository/releases/download/v$version
else
  source=https://github.com/$repository/releases/latest/download
fi

fetch() { # name, file to write
  case $source in
  file://*%*) download "$source/$1" "$2" ;;
  file://*) cp -- "${source#file://}/$1" "$2" ;;
  *) download "$source/$1" "$2" ;;
  esac || fail "cannot fetch $source/$1"
}

download() { # address, file to write
  if command -v curl >/dev/null 2>&1; then
    curl --fail --silent --show-error --location --output "$2" "$1"
  elif command -v wget >/dev/null 2>&1; then
    wget --quiet -O "$2" "$1"
  else
    fail "neither curl nor wget is there"
  fi
}

sum_of() {
  if command -v sha256sum >/dev/null 2>&1; then
    sha256sum "$1"
  elif command -v shasum >/dev/null 2>&1; then
    shasum -a 256 "$1"
  elif command -v openssl >/dev/null 2>&1; then
    openssl dgst -sha256 -r "$1"
  else
    fail "nothing to check sums with: neither sha256sum, shasum nor openssl is there"
  fi | cut -d ' ' -f 1
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM

fetch SHA256SUMS "$folder/SHA256SUMS"
line=$(grep -E "^[0-9a-f]{64}  findscu-${version:-[0-9][0-9A-Za-z.+-]*}-$target\.tar\.gz\$" "$folder/SHA256SUMS") ||
  fail "the release has no archive for $target"
wanted=${line%% *}
archive=${line##* }
fetch "$archive" "$folder/$archive"
found=$(sum_of "$folder/$archive")
[ "$found" = "$wanted" ] ||
  fail "the sum of $archive is $found, not $wanted: nothing was installed"

tar -xzf "$folder/$archive" -C "$folder"
content=$folder/${archive%.tar.gz}
"$content/findscu" --version >/dev/null || fail "the executable does not run on this machine"

install_file() { # from, to, mode
  mkdir -p "$(dirname "$2")"
  # Beside its place first, so that a running findscu keeps its file.
  cp "$1" "$2.new"
  chmod "$3" "$2.new"
  mv -f "$2.new" "$2"
}
install_file "$content/findscu" "$prefix/bin/findscu" 755
install_file "$content/findscu.1" "$prefix/share/man/man1/findscu.1" 644
install_file "$content/completions/findscu.bash" "$prefix/share/bash-completion/completions/findscu" 644
install_file "$content/completions/_findscu" "$prefix/share/zsh/site-functions/_findscu" 644
install_file "$content/completions/findscu.fish" "$prefix/share/fish/vendor_completions.d/findscu.fish" 644
install_file "$content/LICENSE" "$prefix/share/doc/findscu/LICENSE" 644
install_file "$content/THIRD-PARTY-NOTICES.txt" "$prefix/share/doc/findscu/THIRD-PARTY-NOTICES.txt" 644

printf 'Installed %s\n' "$prefix/bin/findscu"
case :$PATH: in
*":$prefix/bin:"*) ;;
*) printf 'Add %s to PATH to call it by name.\n' "$prefix/bin" ;;
esac
