using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Microsoft.ML.KappaTune.IO;

/// <summary>What there is under a name.</summary>
internal enum FileType
{
    /// <summary>Nothing, or something that can't be examined.</summary>
    None,

    /// <summary>A file with content of its own, which can be replaced.</summary>
    Regular,

    Folder,

    /// <summary>A terminal, <c>/dev/null</c> or another device, which must stay what it is.</summary>
    Device,

    /// <summary>A pipe or a socket, whose content can be read only once.</summary>
    Pipe,
}

/// <summary>What a name leads to, links followed.</summary>
/// <param name="Identity">Its device and number, which all hard links to it share; null where the system doesn't tell.</param>
internal readonly partial record struct FileStatus(FileType Type, (ulong Device, ulong Number)? Identity)
{
    /// <summary>Asks the system, without opening anything.</summary>
    public static FileStatus Read(string path)
    {
        if (OperatingSystem.IsLinux())
            return ReadLinux(path);
        // Other systems' structures differ from version to version; devices have names by which they are known.
        FileType type = Directory.Exists(path) ? FileType.Folder
            : path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith(@"\\.\", StringComparison.Ordinal) ? FileType.Device
            : File.Exists(path) ? FileType.Regular
            : FileType.None;
        return new(type, null);
    }

    private static FileStatus ReadLinux(string path)
    {
        // The kernel's own structure of 256 bytes, the same on every processor.
        const int CurrentFolder = -100, TypeAndNumber = 0x101, ModeOffset = 28, NumberOffset = 32, MajorOffset = 136, MinorOffset = 140;
        Span<byte> status = stackalloc byte[256];
        if (Status(CurrentFolder, path, flags: 0, TypeAndNumber, ref MemoryMarshal.GetReference(status)) != 0)
            return new(FileType.None, null);
        const int TypeMask = 0xf000, RegularFile = 0x8000, FolderFile = 0x4000, CharacterDevice = 0x2000, BlockDevice = 0x6000;
        FileType type = (BinaryPrimitives.ReadUInt16LittleEndian(status[ModeOffset..]) & TypeMask) switch
        {
            RegularFile => FileType.Regular,
            FolderFile => FileType.Folder,
            CharacterDevice or BlockDevice => FileType.Device,
            _ => FileType.Pipe,
        };
        ulong device = ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(status[MajorOffset..]) << 32)
            | BinaryPrimitives.ReadUInt32LittleEndian(status[MinorOffset..]);
        return new(type, (device, BinaryPrimitives.ReadUInt64LittleEndian(status[NumberOffset..])));
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int folder, string path, int flags, uint mask, ref byte status);
}
