#!/usr/bin/env bash
# Builds and runs main.cpp as a user of the library would. check.sh copied|subproject|installed ROOT BUILD
set -euo pipefail
way=$1 root=$2 build=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$root/tests/consumers/main.cpp" "$work"
cd "$work"
read -ra compiler <<< "${CXX:-c++}"

case $way in
  copied)
    cp -r "$root/include" .
    "${compiler[@]}" -std=c++20 -I include main.cpp -pthread -o consumer
    ./consumer
    ;;
  subproject)
    cp "$root/tests/consumers/subproject/meson.build" .
    mkdir subprojects
    ln -s "$root" subprojects/socketiopp
    meson setup build
    meson test -C build --print-errorlogs
    ;;
  installed)
    DESTDIR=$work meson install -C "$build" --no-rebuild --tags devel
    pc=$(find "$work" -name socketiopp.pc)
    read -ra flags <<< "$(PKG_CONFIG_SYSROOT_DIR=$work pkg-config --cflags --libs "$pc")"
    "${compiler[@]}" -std=c++20 main.cpp "${flags[@]}" -o consumer
    ./consumer
    ;;
esac
