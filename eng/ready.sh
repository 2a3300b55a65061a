# Sourced by ./kappatune and ./test: decides where ML.NET and TorchSharp come from (the stack), remembers it,
# and makes the machine ready for it. Sets STACK. Silent and quick when nothing is missing.

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

has_libtorch() {
    if [ -n "${LIBTORCH:-}" ]; then [ -e "$LIBTORCH/include/ATen/ATen.h" ]; else [ -e /usr/include/ATen/ATen.h ]; fi
}

# The packages of the nuget stack, asked of whatever feed this machine is set up with: each of them, in the very version that the
# build asks for, and with no other in place of one it depends on, which the build would refuse.
feed_has_packages() {
    local probe found=1
    probe=$(mktemp -d)
    {
        echo '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net8.0</TargetFramework>'
        echo '<TreatWarningsAsErrors>true</TreatWarningsAsErrors><NuGetAudit>false</NuGetAudit></PropertyGroup><ItemGroup>'
        sed -n '/Label="Stack=nuget"/,/<\/ItemGroup>/s/.*Include="\([^"]*\)" Version="\([^"]*\)".*/<PackageReference Include="\1" Version="[\2]" \/>/p' \
            Directory.Packages.props | grep -v -- '-cuda-'
        echo '</ItemGroup></Project>'
    } >"$probe/probe.csproj"
    # Into the usual cache: what is there is what the build needs.
    timeout 600 dotnet restore "$probe/probe.csproj" >/dev/null 2>&1 && found=0
    rm -rf "$probe"
    return $found
}

# What the build lacks here, as Debian package names: npm bundles the HTML report's page, the rest is for the system stack.
missing_packages() {
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
    [ "$STACK" = system ] || return 0
    if [ -z "${LIBTORCH:-}" ]; then
        [ -e /usr/include/ATen/ATen.h ] || echo libtorch-dev
        # Without an OpenBLAS, libblas.so.3 is the reference BLAS, ten times slower.
        ls /usr/lib/*/openblas-*/libblas.so.3 >/dev/null 2>&1 || echo libopenblas0-openmp
    fi
    command -v g++ >/dev/null || echo g++
    command -v cmake >/dev/null || echo cmake
    # CMake's default generator.
    command -v make >/dev/null || echo make
}

install_missing() {
    local packages sudo=''
    packages=$(missing_packages | tr '\n' ' ')
    [ -n "$packages" ] || return 0
    [ "$(id -u)" = 0 ] || sudo='sudo'
    local command="apt-get install -y --no-install-recommends $packages"
    if ! command -v apt-get >/dev/null; then
        local libtorch=''
        [ "$STACK" = nuget ] || libtorch=' For libtorch, LIBTORCH may name its folder instead.'
        die "The build needs: ${packages}(Debian's names). Install them and run again.$libtorch"
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

choose_stack() {
    local remembered=artifacts/stack
    command -v dotnet >/dev/null || die "The .NET 10 SDK is missing: see https://dotnet.microsoft.com/download"
    export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

    local why
    if [ -n "${KAPPATUNE_STACK:-}" ]; then
        STACK=$KAPPATUNE_STACK why="KAPPATUNE_STACK says so"
    elif has_libtorch; then
        STACK=system why="libtorch is installed"
    elif [ "$(cat $remembered 2>/dev/null)" = nuget ] || feed_has_packages; then
        STACK=nuget why="the package feed has ML.NET and TorchSharp"
    else
        STACK=system why="the package feed lacks ML.NET and TorchSharp"
    fi
    case $STACK in system | nuget) ;; *) die "KAPPATUNE_STACK is '$STACK'; it must be 'system' or 'nuget'." ;; esac

    if [ "$STACK" = system ]; then
        if [ -n "${LIBTORCH:-}" ] && ! has_libtorch; then
            die "LIBTORCH is '$LIBTORCH', but there is no include/ATen/ATen.h in it. Name the folder that holds include/ and lib/."
        fi
    fi
    install_missing
    if [ "$(cat $remembered 2>/dev/null)" != "$STACK" ]; then
        mkdir -p artifacts
        printf '%s\n' "$STACK" >$remembered
    fi
    say "Stack: $STACK ($why)."
}
