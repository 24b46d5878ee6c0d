#!/bin/sh
# Installs findscu for one user on Linux or macOS: fetches the archive of this machine over https, checks its SHA-256 sum and, if
# gh or cosign is there, that the project's workflow built it, and unpacks it.
#
#   sh install.sh [--runtime bun|deno]
#
# --runtime         which runtime the executable is made with: bun, which starts faster and may start programs for --via, or deno, which is
#                   held to the rights that findscu needs
#
# FINDSCU_VERSION   a version, such as 0.1.0; the latest release when unset
# FINDSCU_PREFIX    where to; ~/.local when unset
# FINDSCU_SOURCE    folder (file:// or https://) with the files of a release, instead of the project's page
# FINDSCU_ORIGIN    "unchecked" leaves the check of who built it out, where gh or cosign is there but cannot reach the network
set -eu

repository=${FINDSCU_REPOSITORY:-findscu/findscu}
prefix=${FINDSCU_PREFIX:-${HOME:?}/.local}
version=${FINDSCU_VERSION:-}

fail() {
  printf 'install.sh: %s\n' "$1" >&2
  exit 1
}

runtime=bun
while [ $# -gt 0 ]; do
  case $1 in
  --runtime)
    [ $# -gt 1 ] || fail "--runtime needs bun or deno"
    runtime=$2
    shift
    ;;
  --runtime=*) runtime=${1#--runtime=} ;;
  *) fail "unknown argument $1: there is --runtime bun|deno" ;;
  esac
  shift
done
case $runtime in
bun) name=findscu ;;
deno) name=findscu-deno ;;
*) fail "unknown runtime $runtime: there are bun and deno" ;;
esac

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
[ "$runtime$libc" != deno-musl ] || fail "there is no executable by deno for musl: leave --runtime out"

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
  esac
}

download() { # address, file to write
  case $1 in
  https://* | file://*) ;;
  *) fail "$1 is not https: nothing is fetched from there" ;;
  esac
  if command -v curl >/dev/null 2>&1; then
    curl --proto '=https,file' --proto-redir '=https' --tlsv1.2 --fail --silent --show-error --location --output "$2" "$1"
  elif command -v wget >/dev/null 2>&1; then
    download_by_wget "$1" "$2"
  else
    fail "neither curl nor wget is there"
  fi
}

# Wget would follow a redirect to http: each is followed here, and looked at.
download_by_wget() { # address, file to write
  address=$1
  for _ in 1 2 3 4 5 6; do
    case $address in
    https://* | file://*) ;;
    *) fail "$1 leads to $address, which is not https" ;;
    esac
    if said=$(LC_ALL=C wget --max-redirect=0 --server-response -O "$2" "$address" 2>&1); then return 0; fi
    address=$(printf '%s\n' "$said" | sed -n 's/^ *[Ll]ocation: *\([^ ]*\).*/\1/p' | tail -n 1 | tr -d '\r')
    [ -n "$address" ] || return 1
  done
  return 1
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

fetch SHA256SUMS "$folder/SHA256SUMS" || fail "cannot fetch $source/SHA256SUMS"
line=$(grep -E "^[0-9a-f]{64}  $name-${version:-[0-9][0-9A-Za-z.+-]*}-$target\.tar\.gz\$" "$folder/SHA256SUMS") ||
  fail "the release has no archive by $runtime for $target"
wanted=${line%% *}
archive=${line##* }
fetch "$archive" "$folder/$archive" || fail "cannot fetch $source/$archive"
found=$(sum_of "$folder/$archive")
[ "$found" = "$wanted" ] ||
  fail "the sum of $archive is $found, not $wanted: nothing was installed"

# The sums come from where the archive comes from: only the signed provenance says who built it.
provenance=findscu-provenance.sigstore.json
workflow=$repository/.github/workflows/release.yml
if [ "${FINDSCU_ORIGIN:-}" = unchecked ]; then
  origin='Who built it was not checked, as FINDSCU_ORIGIN asks.'
elif command -v gh >/dev/null 2>&1; then
  verifier=gh
elif command -v cosign >/dev/null 2>&1; then
  verifier=cosign
else
  origin='Who built it was not checked: neither gh nor cosign is there. Its sum is right.'
fi
if [ -n "${verifier:-}" ]; then
  if fetch "$provenance" "$folder/$provenance" 2>/dev/null; then
    case $verifier in
    gh)
      gh attestation verify "$folder/$archive" --bundle "$folder/$provenance" --repo "$repository" \
        --signer-workflow "$workflow" >"$folder/said" 2>&1
      ;;
    cosign)
      cosign verify-blob-attestation --bundle "$folder/$provenance" --new-bundle-format --type slsaprovenance1 \
        --certificate-oidc-issuer https://token.actions.githubusercontent.com \
        --certificate-identity-regexp "^https://github\.com/$workflow@refs/tags/v" \
        "$folder/$archive" >"$folder/said" 2>&1
      ;;
    esac || {
      cat "$folder/said" >&2
      fail "$verifier does not confirm that the project built $archive: nothing was installed (without network: FINDSCU_ORIGIN=unchecked)"
    }
    origin="The project built it, says $verifier."
  elif [ -n "${FINDSCU_SOURCE:-}" ]; then
    origin="Who built it was not checked: there is no $provenance in $source. Its sum is right."
  else
    fail "the release has no $provenance: nothing was installed"
  fi
fi

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

printf 'Installed %s\n%s\n' "$prefix/bin/findscu" "$origin"
case :$PATH: in
*":$prefix/bin:"*) ;;
*) printf 'Add %s to PATH to call it by name.\n' "$prefix/bin" ;;
esac
