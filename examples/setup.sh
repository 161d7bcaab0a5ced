# shellcheck shell=bash
# What examples/run and tests/run share: packages, npm, and configured builds. It is sourced, from any folder.
# Everything made stays in build/ and node_modules/.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Debian's packages, each with the command, header or file that shows it is there.
# shellcheck disable=SC2034  # the scripts that source this use it
example_packages=(
  g++:g++ meson:meson ninja-build:ninja pkg-config:pkg-config nodejs:node npm:npm
  ca-certificates:/etc/ssl/certs/ca-certificates.crt
  libasio-dev:asio.hpp libwebsocketpp-dev:websocketpp/version.hpp rapidjson-dev:rapidjson/document.h
)

say() { printf '\n== %s\n' "$*"; }

is_there() {
  case $1 in
    /*) [[ -e $1 ]] ;;
    *.h | *.hpp) g++ -fsyntax-only -x c++ - <<< "#if !__has_include(<$1>)"$'\n#error\n#endif' 2> /dev/null ;;
    *) command -v "$1" > /dev/null ;;
  esac
}

# install_packages PACKAGE:PROOF...: installs what is missing with apt-get; elsewhere names it and goes on.
install_packages() {
  local entry missing=() as_root=(env)
  for entry in "$@"; do
    is_there "${entry#*:}" || missing+=("${entry%%:*}")
  done
  ((${#missing[@]})) || return 0

  if ! command -v apt-get > /dev/null; then
    say "This is not Debian, and some things are missing. Debian's names for them: ${missing[*]}"
    return 0
  fi
  say "apt-get install ${missing[*]}"
  ((EUID == 0)) || as_root=(sudo env)
  "${as_root[@]}" apt-get update -q &&
    "${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" && return
  say "apt-get could not install ${missing[*]}. It needs a network, and root or sudo."
  return 1
}

# install_modules FOLDER: what FOLDER/package-lock.json names, when that has changed.
install_modules() {
  local lock=$root/$1/package-lock.json stamp=$root/build/npm/$1.json
  [[ -f $lock ]] || return 0
  [[ -d $root/$1/node_modules ]] && cmp -s "$lock" "$stamp" && return
  say "npm ci in $1"
  if ! (cd "$root/$1" && npm ci --no-audit --no-fund); then
    say "npm could not install the modules of $1. It needs a network."
    return 1
  fi
  mkdir -p "$(dirname "$stamp")" && cp "$lock" "$stamp"
}

# configure BUILD ARGUMENT...: sets build/BUILD up with meson, and again when a source came or went.
configure() {
  local build=$root/build/$1 again=() sources
  shift
  sources=$(cd "$root" && find include examples tests -name node_modules -prune -o -name '*.[ch]pp' -print | sort)
  sources+=$'\n'$*
  [[ -f $build/build.ninja && $(cat "$build/configured" 2> /dev/null) == "$sources" ]] && return
  [[ -f $build/build.ninja ]] && again=(--reconfigure)
  meson setup "${again[@]}" "$build" "$root" "$@" && echo "$sources" > "$build/configured"
}

# build_release TARGET...: builds the examples, or what else only runs and is not tested itself.
release_options=(-Ddebug=false -Doptimization=2)
build_release() {
  configure release "${release_options[@]}" && ninja -C "$root/build/release" -j "$(nproc)" "$@"
}
