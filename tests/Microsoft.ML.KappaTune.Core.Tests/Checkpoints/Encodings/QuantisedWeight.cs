using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints.Encodings;

/// <summary>A weight of random codes as quantisers store it, and its values, by definitions of their own.</summary>
/// <param name="Parts">What is stored.</param>
/// <param name="Values">[rows, columns].</param>
internal sealed record QuantisedWeight(TensorSource[] Parts, float[] Values)
{
    private const int Group = 8;

    /// <summary>What makes a weight, and what config.json says of it.</summary>
    private static readonly Dictionary<string, (string Config, Func<string, int, int, Random, QuantisedWeight> Make)> All = new()
    {
        ["nf4"] = ("""{"quant_method":"bitsandbytes","load_in_4bit":true,"bnb_4bit_quant_type":"nf4"}""",
            (module, rows, columns, random) => FourBit(module, rows, columns, random, isNested: false)),
        ["fp4 with coded scales"] = ("""{"quant_method":"bitsandbytes","load_in_4bit":true,"bnb_4bit_use_double_quant":true}""",
            (module, rows, columns, random) => FourBit(module, rows, columns, random, isNested: true)),
        ["int8"] = ("""{"quant_method":"bitsandbytes","load_in_8bit":true,"llm_int8_threshold":6.0}""", EightBit),
        ["gptq v1"] = ("""{"quant_method":"gptq","bits":4,"group_size":8,"desc_act":false,"sym":false}""",
            (module, rows, columns, random) => Gptq(module, rows, columns, random, lacking: 1, isOrdered: false)),
        ["gptq v1 in an order of inputs"] = ("""{"quant_method":"gptq","bits":4,"group_size":8,"desc_act":true}""",
            (module, rows, columns, random) => Gptq(module, rows, columns, random, lacking: 1, isOrdered: true)),
        ["gptq v2"] = ("""{"quant_method":"gptq","bits":4,"group_size":8,"checkpoint_format":"gptq_v2"}""",
            (module, rows, columns, random) => Gptq(module, rows, columns, random, lacking: 0, isOrdered: false)),
        ["awq"] = ("""{"quant_method":"awq","bits":4,"group_size":8,"zero_point":true,"version":"gemm"}""", Awq),
        ["fp8 blocks"] = ("""{"quant_method":"fp8","weight_block_size":[8,8],"activation_scheme":"dynamic"}""", Float8),
    };

    public static TheoryData<string> Kinds => [.. All.Keys];

    public static string Config(string kind) => All[kind].Config;

    /// <param name="module">The linear layer's name.</param>
    /// <param name="rows">A multiple of 8, as are the columns.</param>
    public static QuantisedWeight Make(string kind, string module, int rows, int columns, Random random) =>
        All[kind].Make(module, rows, columns, random);

    public static TensorSource Words(string name, long[] shape, uint[] values) =>
        TensorSource.FromBytes(name, TensorDataType.Int32, shape, MemoryMarshal.AsBytes<uint>(values).ToArray());

    private static TensorSource Floats(string name, long[] shape, float[] values) =>
        TensorSource.FromBytes(name, TensorDataType.Float32, shape, MemoryMarshal.AsBytes<float>(values).ToArray());

    private static TensorSource Bytes(string name, long[] shape, byte[] values, TensorDataType type = TensorDataType.UInt8) =>
        TensorSource.FromBytes(name, type, shape, values);

    /// <summary>Scales between 1/64 and 1/8.</summary>
    private static float[] Scales(int count, Random random) =>
        [.. Enumerable.Range(0, count).Select(_ => random.Next(1, 9) / 64f)];

    /// <summary>Blocks of eight values; the table's entries are from -1 to 7/8.</summary>
    private static QuantisedWeight FourBit(string module, int rows, int columns, Random random, bool isNested)
    {
        const int Nested = 4;
        const float Offset = 0.25f;
        int blocks = rows * columns / Group;
        float[] table = [.. Enumerable.Range(0, 16).Select(i => (i - 8) / 8f)];
        float[] nestedTable = [.. Enumerable.Range(0, 256).Select(i => i / 1024f)];
        float[] nested = Scales((blocks + Nested - 1) / Nested, random), scales = Scales(blocks, random);
        byte[] codes = new byte[rows * columns / 2], scaleCodes = new byte[blocks];
        random.NextBytes(codes);
        random.NextBytes(scaleCodes);
        if (isNested)
            scales = [.. scaleCodes.Select((code, i) => nestedTable[code] * nested[i / Nested] + Offset)];
        string state = $$"""{"quant_type":"nf4","blocksize":{{Group}},"dtype":"float32","shape":[{{rows}},{{columns}}]""";
        if (isNested)
            state += FormattableString.Invariant($",\"nested_blocksize\":{Nested},\"nested_dtype\":\"float32\",\"nested_offset\":{Offset}");
        byte[] text = Encoding.UTF8.GetBytes(state + "}");
        string name = $"{module}.weight";
        TensorSource[] parts =
        [
            Bytes(name, [codes.Length, 1], codes), Floats($"{name}.quant_map", [16], table),
            Bytes($"{name}.quant_state.bitsandbytes__{(isNested ? "fp4" : "nf4")}", [text.Length], text),
        ];
        TensorSource[] ofScales = isNested
            ?
            [
                Bytes($"{name}.absmax", [blocks], scaleCodes), Floats($"{name}.nested_absmax", [nested.Length], nested),
                Floats($"{name}.nested_quant_map", [256], nestedTable),
            ]
            : [Floats($"{name}.absmax", [blocks], scales)];
        return new(
            [.. parts, .. ofScales],
            [.. Enumerable.Range(0, rows * columns)
                .Select(i => table[i % 2 == 0 ? codes[i / 2] / 16 : codes[i / 2] % 16] * scales[i / Group])]);
    }

    private static QuantisedWeight EightBit(string module, int rows, int columns, Random random)
    {
        byte[] codes = new byte[rows * columns];
        random.NextBytes(codes);
        float[] largest = [.. Enumerable.Range(0, rows).Select(_ => 0.1f + random.NextSingle())];
        return new(
            [Bytes($"{module}.weight", [rows, columns], codes, TensorDataType.Int8), Floats($"{module}.SCB", [rows], largest)],
            [.. codes.Select((code, i) => (sbyte)code * largest[i / columns] / 127)]);
    }

    private static QuantisedWeight Gptq(string module, int rows, int columns, Random random, int lacking, bool isOrdered)
    {
        int groups = columns / Group;
        int[] groupOf = [.. Enumerable.Range(0, columns).Select(input => input / Group)];
        if (isOrdered)
            random.Shuffle(groupOf);
        int[] codes = Codes(rows * columns, random), zeros = [.. Codes(groups * rows, random).Select(zero => Math.Max(zero, 1))];
        float[] scales = Scales(groups * rows, random);
        uint[] words = new uint[columns / 8 * rows], zeroWords = new uint[groups * rows / 8];
        for (int i = 0; i < codes.Length; i++)
        {
            (int output, int input) = Math.DivRem(i, columns);
            words[input / 8 * rows + output] |= (uint)codes[i] << 4 * (input % 8);
        }

        for (int i = 0; i < zeros.Length; i++)
            zeroWords[i / 8] |= (uint)(zeros[i] - lacking) << 4 * (i % 8);
        TensorSource[] parts =
        [
            Words($"{module}.qweight", [columns / 8, rows], words), Words($"{module}.qzeros", [groups, rows / 8], zeroWords),
            Floats($"{module}.scales", [groups, rows], scales),
        ];
        TensorSource order = Words($"{module}.g_idx", [columns], [.. groupOf.Select(group => (uint)group)]);
        return new(isOrdered ? [.. parts, order] : parts, [.. codes.Select((code, i) =>
        {
            (int output, int input) = Math.DivRem(i, columns);
            int at = groupOf[input] * rows + output;
            return scales[at] * (code - zeros[at]);
        })]);
    }

    private static QuantisedWeight Awq(string module, int rows, int columns, Random random)
    {
        int[] order = [0, 2, 4, 6, 1, 3, 5, 7];
        int groups = columns / Group;
        int[] codes = Codes(columns * rows, random), zeros = Codes(groups * rows, random);
        float[] scales = Scales(groups * rows, random);
        return new(
            [
                Words($"{module}.qweight", [columns, rows / 8], Pack(codes)), Words($"{module}.qzeros", [groups, rows / 8], Pack(zeros)),
                Floats($"{module}.scales", [groups, rows], scales),
            ],
            [.. Enumerable.Range(0, rows * columns).Select(i =>
            {
                (int output, int input) = Math.DivRem(i, columns);
                int at = input / Group * rows + output;
                return scales[at] * (codes[input * rows + output] - zeros[at]);
            })]);

        uint[] Pack(int[] values)
        {
            uint[] words = new uint[values.Length / 8];
            for (int i = 0; i < values.Length; i++)
                words[i / 8] |= (uint)values[i] << 4 * Array.IndexOf(order, i % 8);
            return words;
        }
    }

    /// <summary>E4M3 of exponents from 1 to 7, and a scale for 8×8 values.</summary>
    private static QuantisedWeight Float8(string module, int rows, int columns, Random random)
    {
        byte[] codes = [.. Enumerable.Range(0, rows * columns)
            .Select(_ => (byte)(random.Next(2) << 7 | random.Next(1, 8) << 3 | random.Next(8)))];
        int across = columns / Group;
        float[] scales = Scales(rows / Group * across, random);
        return new(
            [
                Bytes($"{module}.weight", [rows, columns], codes, TensorDataType.Float8E4M3),
                Floats($"{module}.weight_scale_inv", [rows / Group, across], scales),
            ],
            [.. codes.Select((code, i) =>
            {
                float value = (1 + (code & 7) / 8f) * MathF.Pow(2, (code >> 3 & 15) - 7) * (code >> 7 == 0 ? 1 : -1);
                return value * scales[i / columns / Group * across + i % columns / Group];
            })]);
    }

    private static int[] Codes(int count, Random random) => [.. Enumerable.Range(0, count).Select(_ => random.Next(16))];
}
