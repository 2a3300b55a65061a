using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.ML.KappaTune.Spectra;

namespace Microsoft.ML.KappaTune.Scanning;

/// <summary>
/// Condition numbers of matrices scanned before, by content. One file of records of equal length, each with a checksum, which is
/// only ever appended to, under a lock: several processes can use it at once, and one that is killed leaves at worst a torn record,
/// which the next one cuts off. What can't be read or written is as if it weren't there: a cache never fails a scan.
/// </summary>
internal sealed class ScanCache
{
    private const int RecordLength = 64, NumbersAt = ContentKey.Size, FlagsAt = 56, ChecksumAt = 60;
    private const int LowerBound = 1;

    // Computing a few tensors again costs less than waiting for a process that has stopped.
    private static readonly TimeSpan DefaultLongestWait = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _longestWait;
    private readonly string _folder;
    private readonly Dictionary<ContentKey, ConditionNumber> _known = [];

    /// <param name="longestWait">How long another process may keep this one from writing before it goes on without; 2 s by default.</param>
    public ScanCache(string folder, TimeSpan? longestWait = null)
    {
        _folder = folder;
        _longestWait = longestWait ?? DefaultLongestWait;
        Load();
    }

    private string DataFile => Path.Combine(_folder, "condition-numbers.bin");

    /// <summary>What is known of a matrix, if it is enough: its value, or a lower bound above the cut.</summary>
    public bool TryGet(ContentKey key, double cut, out ConditionNumber number) =>
        _known.TryGetValue(key, out number) && (!number.IsLowerBound || number.Kappa > cut);

    /// <summary>Adds results that say more than what the cache has.</summary>
    public void Add(ReadOnlySpan<ContentKey> keys, ReadOnlySpan<ConditionNumber> numbers)
    {
        using var records = new MemoryStream();
        Span<byte> record = stackalloc byte[RecordLength];
        for (int i = 0; i < keys.Length; i++)
        {
            if (!Learn(keys[i], numbers[i]))
                continue;
            Write(record, keys[i], numbers[i]);
            records.Write(record);
        }

        if (records.Length > 0)
            Append(records.GetBuffer().AsSpan(0, (int)records.Length));
    }

    private bool Learn(ContentKey key, ConditionNumber number)
    {
        bool isNews = !_known.TryGetValue(key, out ConditionNumber known)
            || (known.IsLowerBound && (!number.IsLowerBound || number.Kappa > known.Kappa));
        if (!isNews)
            return false;
        _known[key] = number;
        return true;
    }

    private void Load()
    {
        try
        {
            using FileStream file = Open(DataFile, FileMode.Open, FileAccess.Read);
            Span<byte> record = stackalloc byte[RecordLength];
            while (file.ReadAtLeast(record, RecordLength, throwOnEndOfStream: false) == RecordLength)
            {
                if (Checksum(record) == BinaryPrimitives.ReadUInt32LittleEndian(record[ChecksumAt..]))
                    Learn(ContentKey.Read(record), ReadNumber(record));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private void Append(ReadOnlySpan<byte> records)
    {
        try
        {
            Directory.CreateDirectory(_folder);
            using FileStream mutex = Lock();
            using FileStream file = Open(DataFile, FileMode.OpenOrCreate, FileAccess.Write);
            file.SetLength(file.Length - file.Length % RecordLength);
            file.Seek(0, SeekOrigin.End);
            file.Write(records);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>Waits until no other process appends.</summary>
    /// <exception cref="IOException">Another held the lock for too long, or the folder can't be written.</exception>
    private FileStream Lock()
    {
        string path = Path.Combine(_folder, "condition-numbers.lock");
        long begin = Environment.TickCount64;
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (Environment.TickCount64 - begin < _longestWait.TotalMilliseconds)
            {
                Thread.Sleep(1);
            }
        }
    }

    private static FileStream Open(string path, FileMode mode, FileAccess access) =>
        new(path, mode, access, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16);

    private static void Write(Span<byte> record, ContentKey key, ConditionNumber number)
    {
        key.Write(record);
        BinaryPrimitives.WriteDoubleLittleEndian(record[NumbersAt..], number.SigmaMax);
        BinaryPrimitives.WriteDoubleLittleEndian(record[(NumbersAt + sizeof(double))..], number.SigmaMin);
        BinaryPrimitives.WriteDoubleLittleEndian(record[(NumbersAt + 2 * sizeof(double))..], number.RelativeError);
        BinaryPrimitives.WriteInt32LittleEndian(record[FlagsAt..], number.IsLowerBound ? LowerBound : 0);
        BinaryPrimitives.WriteUInt32LittleEndian(record[ChecksumAt..], Checksum(record));
    }

    private static ConditionNumber ReadNumber(ReadOnlySpan<byte> record) => new(
        BinaryPrimitives.ReadDoubleLittleEndian(record[NumbersAt..]),
        BinaryPrimitives.ReadDoubleLittleEndian(record[(NumbersAt + sizeof(double))..]),
        BinaryPrimitives.ReadDoubleLittleEndian(record[(NumbersAt + 2 * sizeof(double))..]),
        BinaryPrimitives.ReadInt32LittleEndian(record[FlagsAt..]) == LowerBound);

    private static uint Checksum(ReadOnlySpan<byte> record)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(record[..ChecksumAt], hash);
        return BinaryPrimitives.ReadUInt32LittleEndian(hash);
    }
}
