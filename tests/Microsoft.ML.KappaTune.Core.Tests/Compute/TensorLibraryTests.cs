using Microsoft.ML.KappaTune.Compute;

namespace Microsoft.ML.KappaTune.Tests.Compute;

/// <summary>An application without libtorch is told what to add.</summary>
public sealed class TensorLibraryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kappatune-library-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Without_libtorch_one_exception_says_what_to_add()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The copy is made of links.");
        // Without native libraries, and without the list of where they are expected.
        string[] managed =
            [.. Directory.GetFiles(AppContext.BaseDirectory, "*.dll"),
                .. Directory.GetFiles(AppContext.BaseDirectory, "*.runtimeconfig.json")];
        foreach (string file in managed)
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        (int exitCode, string _, string errors) = LoaderProcess.Run(
            _folder, ["scan", BaseModel.Embedded], ("NUGET_PACKAGES", _folder), ("KAPPATUNE_CACHE", Path.Combine(_folder, "cache")));
        Assert.NotEqual(0, exitCode);
        string first = errors.Split('\n').First(line => line.Contains("Exception", StringComparison.Ordinal));
        Assert.StartsWith(
            $"Unhandled exception. {typeof(TensorLibraryException).FullName}: libtorch for ", first, StringComparison.Ordinal);
        Assert.Contains("dotnet add package TorchSharp-cpu", first, StringComparison.Ordinal);
        Assert.Contains(", 0.107.", first, StringComparison.Ordinal);
    }

    [Fact]
    public void An_old_C_library_is_named()
    {
        string message = TensorLibrary.MessageFor(
            "Unable to load shared library 'LibTorchSharp'.\n"
                + "/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by x)\nmore");
        Assert.Contains("(/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by x))", message, StringComparison.Ordinal);
        Assert.Contains("Debian 13", message, StringComparison.Ordinal);
    }
}
