namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>How a GGUF file stores a tensor's values: in blocks of so many values, of so many bytes.</summary>
/// <param name="Number">Its number in files.</param>
/// <param name="CodeBits">Bits a code; null where values aren't codes.</param>
/// <param name="Decode">Makes a block's values; null where they are stored as they are.</param>
internal sealed record GgufType(uint Number, string Name, int BlockValues, int BlockBytes, int? CodeBits, GgufBlock? Decode)
{
    public static readonly GgufType
        F32 = new(0, "F32", 1, 4, null, null) { Stored = TensorDataType.Float32 },
        F16 = new(1, "F16", 1, 2, null, null) { Stored = TensorDataType.Float16 },
        Q8 = new(8, "Q8_0", 32, 34, 8, GgufBlocks.Q8);

    private static readonly Dictionary<uint, GgufType> Known = new GgufType[]
    {
        F32,
        F16,
        new(2, "Q4_0", 32, 18, 4, GgufBlocks.Q4),
        new(3, "Q4_1", 32, 20, 4, GgufBlocks.Q4WithMinimum),
        new(6, "Q5_0", 32, 22, 5, GgufBlocks.Q5),
        new(7, "Q5_1", 32, 24, 5, GgufBlocks.Q5WithMinimum),
        Q8,
        new(12, "Q4_K", 256, 144, 4, GgufSuperBlocks.Q4),
        new(13, "Q5_K", 256, 176, 5, GgufSuperBlocks.Q5),
        new(14, "Q6_K", 256, 210, 6, GgufSuperBlocks.Q6),
        new(30, "BF16", 1, 2, null, null) { Stored = TensorDataType.BFloat16 },
    }.ToDictionary(type => type.Number);

    private static readonly Dictionary<uint, string> Unread = new()
    {
        [9] = "Q8_1",
        [10] = "Q2_K",
        [11] = "Q3_K",
        [15] = "Q8_K",
        [16] = "IQ2_XXS",
        [17] = "IQ2_XS",
        [18] = "IQ3_XXS",
        [19] = "IQ1_S",
        [20] = "IQ4_NL",
        [21] = "IQ3_S",
        [22] = "IQ2_S",
        [23] = "IQ4_XS",
        [29] = "IQ1_M",
        [34] = "TQ1_0",
        [35] = "TQ2_0",
        [39] = "MXFP4",
    };

    /// <summary>The type of values that are stored as they are; of codes, that of their bytes.</summary>
    public TensorDataType Stored { get; private init; } = TensorDataType.UInt8;

    /// <summary>The type of a number, or null where it isn't read.</summary>
    public static GgufType? Find(uint number) => Known.GetValueOrDefault(number);

    /// <summary>The name of a type that isn't read.</summary>
    public static string NameOf(uint number) => Unread.TryGetValue(number, out string? name) ? name : $"number {number}";
}

/// <summary>Decodes one block.</summary>
internal delegate void GgufBlock(ReadOnlySpan<byte> block, Span<float> values);
