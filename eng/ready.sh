# Sourced by ./kappatune and ./test: makes the machine ready to build. Silent and quick when nothing is missing.

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# What the build lacks here, as Debian package names: npm bundles the HTML reports' pages.
missing_packages() {
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
}

install_missing() {
    local packages sudo=''
    packages=$(missing_packages | tr '\n' ' ')
    [ -n "$packages" ] || return 0
    [ "$(id -u)" = 0 ] || sudo='sudo'
    local command="apt-get install -y --no-install-recommends $packages"
    if ! command -v apt-get >/dev/null; then
        die "The build needs: ${packages}(Debian's names). Install them and run again."
    fi
    if [ -n "$sudo" ] && ! sudo -n true 2>/dev/null; then
        die "These packages are missing. Run this, then start again:  sudo apt-get update && sudo $command"
    fi
    say "Installing $packages(once) ..."
    local log
    log=$(mktemp)
    if ! { $sudo apt-get update && DEBIAN_FRONTEND=noninteractive $sudo $command; } >"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        die "That failed. Run this by hand, then start again:  $sudo apt-get update && $sudo $command"
    fi
    rm -f "$log"
}

ready() {
    command -v dotnet >/dev/null || die "The .NET 10 SDK is missing: see https://dotnet.microsoft.com/download"
    export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
    install_missing
}

# build PROJECT STAMP: restores and builds in Release, unless the stamp is newer than every source.
build() {
    local project=$1 stamp=artifacts/$2.stamp
    if [ -e "$stamp" ] && [ -z "$(find src samples tests benchmarks eng ./Directory.* ./*.sln -newer "$stamp" -type f -print -quit)" ]; then
        return 0
    fi
    mkdir -p artifacts
    touch "$stamp.next"
    if [ ! -e artifacts/restored.stamp ]; then
        say "Restoring packages (1 GB, once) ..."
        quietly "The restore failed. It takes a package feed with the versions of Directory.Packages.props." \
            dotnet restore "$project" -v quiet
        touch artifacts/restored.stamp
    fi
    say "Building ..."
    quietly "The build failed." dotnet build "$project" -c Release -v quiet --nologo
    mv "$stamp.next" "$stamp"
}

# quietly WORDS COMMAND...: runs the command; if it fails, prints its errors and ends with the words.
quietly() {
    local words=$1 log
    shift
    log=$(mktemp)
    if ! "$@" >"$log" 2>&1; then
        { grep -E 'error|warning' "$log" || tail -n 40 "$log"; } | sort -u | head -n 40 >&2
        rm -f "$log"
        die "$words"
    fi
    rm -f "$log"
}
