using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies an ELF library (64 bits, little-endian) with one of the symbol versions that it asks of another library marked weak, so that
/// the loader does without it. For a version that only a symbol needs which nothing in the library refers to.
/// </summary>
public sealed class WeakenSymbolVersion : Task
{
    private const int VersionsNeeded = 0x6ffffffe; // SHT_GNU_verneed
    private const byte Weak = 2; // VER_FLG_WEAK

    private byte[] _image = Array.Empty<byte>();

    /// <summary>The library's file.</summary>
    [Required]
    public string Library { get; set; } = "";

    /// <summary>The version to mark, such as GLIBCXX_3.4.32. A library that doesn't ask for it is copied as it is.</summary>
    [Required]
    public string Version { get; set; } = "";

    /// <summary>The file to write.</summary>
    [Required]
    public string Copy { get; set; } = "";

    public override bool Execute()
    {
        _image = File.ReadAllBytes(Library);
        bool elf = _image.Length > 64 && Int32(0) == 0x464c457f && _image[4] == 2 && _image[5] == 1;
        if (!elf)
        {
            Log.LogError("{0} is no 64-bit little-endian ELF library.", Library);
            return false;
        }

        int sections = Offset(0x28), size = Int16(0x3a), count = Int16(0x3c);
        for (int section = sections; section < sections + count * size; section += size)
        {
            if (Int32(section + 4) == VersionsNeeded)
                Mark(Offset(section + 24), Int32(section + 44), Offset(sections + Int32(section + 40) * size + 24));
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Copy)!);
        File.WriteAllBytes(Copy, _image);
        return true;
    }

    /// <summary>Goes through Elf64_Verneed records, each with its list of Elf64_Vernaux.</summary>
    private void Mark(int library, int libraries, int names)
    {
        for (; libraries > 0; libraries--, library += Int32(library + 12))
        {
            int version = library + Int32(library + 8);
            for (int left = Int16(library + 2); left > 0; left--, version += Int32(version + 12))
            {
                int name = names + Int32(version + 8);
                if (Encoding.ASCII.GetString(_image, name, Array.IndexOf(_image, (byte)0, name) - name) == Version)
                    _image[version + 4] |= Weak;
            }
        }
    }

    private int Int16(int at) => BitConverter.ToUInt16(_image, at);

    private int Int32(int at) => BitConverter.ToInt32(_image, at);

    private int Offset(int at) => checked((int)BitConverter.ToInt64(_image, at));
}
