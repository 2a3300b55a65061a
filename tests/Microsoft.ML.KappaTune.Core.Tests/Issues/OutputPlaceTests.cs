using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Tests.Issues;

/// <summary>What isn't a regular file is written through, and stays what it is; a link stays, and what it leads to is replaced.</summary>
public sealed class OutputPlaceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_pipe_gets_the_content_and_stays()
    {
        string pipe = MakeNode("p");
        Task<string> read = Task.Run(() => File.ReadAllText(pipe), TestContext.Current.CancellationToken);
        AtomicFile.Write(pipe, Hello);
        Assert.Equal("hello", await read);
        Assert.Equal(FileType.Pipe, FileStatus.Read(pipe).Type);
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_device_and_a_link_to_one_stay()
    {
        // Of the kind of /dev/null, but the test's own.
        string device = MakeNode("c", "1", "3"), link = _folder.File("link");
        File.CreateSymbolicLink(link, device);
        AtomicFile.Write(device, Hello);
        AtomicFile.Write(link, Hello);
        Assert.Equal(FileType.Device, FileStatus.Read(device).Type);
        Assert.Equal(device, new FileInfo(link).LinkTarget);
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder.Path).Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_link_stays_and_its_target_is_replaced(bool exists)
    {
        // A link to a link, through a folder that is a link itself: the ".." is that of where it leads.
        Directory.CreateDirectory(_folder.File("deep/inner"));
        Directory.CreateSymbolicLink(_folder.File("inner"), _folder.File("deep/inner"));
        string first = _folder.File("inner/link"), second = _folder.File("deep/second"), target = _folder.File("deep/target");
        File.CreateSymbolicLink(first, "../second");
        File.CreateSymbolicLink(second, "target");
        if (exists)
            File.WriteAllText(target, "old");
        AtomicFile.Write(first, Hello);
        Assert.Equal("hello", File.ReadAllText(target));
        Assert.Equal(("../second", "target"), (new FileInfo(first).LinkTarget, new FileInfo(second).LinkTarget));
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(first, _ => throw new InvalidOperationException()));
        Assert.Equal("hello", File.ReadAllText(target));
        Assert.Equal(["inner", "second", "target"], Directory.GetFileSystemEntries(_folder.File("deep")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Links_that_lead_nowhere_end()
    {
        File.CreateSymbolicLink(_folder.File("a"), "b");
        File.CreateSymbolicLink(_folder.File("b"), "a");
        Assert.Contains("leads back to itself", Assert.Throws<IOException>(() => AtomicFile.Write(_folder.File("a"), Hello)).Message);
        File.CreateSymbolicLink(_folder.File("c"), "absent/file");
        Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.Write(_folder.File("c"), Hello));
    }

    [Fact]
    public void A_folder_that_a_link_leads_to_is_filled_and_the_link_stays()
    {
        string link = _folder.File("link"), target = _folder.File("target");
        Directory.CreateSymbolicLink(link, target);
        AtomicFolder.Write(link, folder => File.WriteAllText(Path.Combine(folder, "file"), "hello"));
        Assert.Equal(target, new FileInfo(link).LinkTarget);
        Assert.Equal("hello", File.ReadAllText(Path.Combine(target, "file")));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_replaced_file_is_kept_from_whom_the_old_one_was()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        string file = _folder.Write("secret", "old");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        AtomicFile.Write(file, Hello);
        Assert.Equal("hello", File.ReadAllText(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Theory]
    [InlineData("/dev/stdin", 0)]
    [InlineData("/dev/stdout", 1)]
    [InlineData("/dev/fd/63", 63)]
    [InlineData("/proc/self/fd/2", 2)]
    [InlineData("/dev/fd/x", null)]
    [InlineData("/dev/null", null)]
    public void Streams_are_known_by_name(string path, int? number) => Assert.Equal(number, OutputPlace.StreamOf(path));

    private static void Hello(Stream stream) => stream.Write(Encoding.UTF8.GetBytes("hello"));

    /// <summary>A pipe, or a device where this user may make one.</summary>
    private string MakeNode(params string[] kind)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells what a file is.");
        string path = _folder.File("node");
        using Process process = Process.Start(new ProcessStartInfo("mknod", [path, .. kind]) { RedirectStandardError = true })!;
        process.WaitForExit();
        Assert.SkipWhen(process.ExitCode != 0, "This user may make no such file.");
        return path;
    }
}
