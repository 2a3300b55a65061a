namespace Microsoft.ML.KappaTune.Checkpoints;

internal sealed partial class TensorEncodings
{
    /// <summary>GPTQ and AWQ have the same names; where scales are as wide as codes, it is GPTQ.</summary>
    private LogicalTensor Packed(string module, TensorView codes)
    {
        TensorView? scales = find($"{module}.scales"), zeros = find($"{module}.qzeros"), groups = find($"{module}.g_idx");
        string name = module + Weight;
        TensorView?[] parts = [codes, scales, zeros, groups];
        if (scales is not { Shape.Count: 2, DataType: TensorDataType.Float16 or TensorDataType.BFloat16 or TensorDataType.Float32 }
            || codes.Shape.Count != 2 || scales.Shape[0] == 0)
            return LogicalTensor.Undecoded(name, codes.Shape, "packed codes", parts, "it holds packed codes without scales that fit them");
        if (settings.Value.Method is not { } method)
        {
            return LogicalTensor.Undecoded(
                name, codes.Shape, "packed codes", parts,
                "it holds packed codes, and no config.json or quantize_config.json beside them says of which method and version");
        }

        return method == "awq" ? Awq() : method == "gptq" ? Gptq()
            : LogicalTensor.Undecoded(name, codes.Shape, method, parts, $"it holds codes of {method}, which aren't read");

        LogicalTensor Awq()
        {
            string encoding = $"AWQ {settings.Value.Bits ?? 4}-bit";
            long inputs = codes.Shape[0], outputs = codes.Shape[1] * 8;
            bool fits = (settings.Value.Version ?? "gemm") == "gemm" && (settings.Value.Bits ?? 4) == 4 && scales.Shape[1] == outputs
                && IsOf(zeros, scales.Shape[0], codes.Shape[1]);
            return !fits ? Other(encoding, $"it isn't in AWQ's layout for matrix products (version gemm, 4 bits, with zero points)")
                : GroupSize(inputs) is { } size
                ? LogicalTensor.Decoded(name, [outputs, inputs], encoding, parts, new AwqDecoder(codes, zeros!, scales, size))
                : Other(encoding, OtherGroups(inputs));
        }

        LogicalTensor Gptq()
        {
            string format = settings.Value.CheckpointFormat ?? "gptq";
            long? counted = groups is { Shape.Count: 1 } ? codes.Shape[0] * 32 / Math.Max(1, groups.ElementCount) : null;
            long bits = settings.Value.Bits ?? counted ?? 0;
            string encoding = $"GPTQ {bits}-bit";
            if (bits is not (2 or 4 or 8) || format is not ("gptq" or "gptq_v2"))
                return Other(encoding, $"GPTQ of {bits} bits in the format \"{CheckpointFormatException.Printable(format)}\" isn't read");
            long inputs = codes.Shape[0] * 32 / bits, outputs = codes.Shape[1];
            bool fits = scales.Shape[1] == outputs && outputs * bits % 32 == 0
                && IsOf(zeros, scales.Shape[0], outputs * bits / 32)
                && (groups is null || (groups.DataType == TensorDataType.Int32 && groups.Shape.SequenceEqual([inputs])));
            if (!fits)
                return Other(encoding, "its codes, scales, zero points and groups aren't of shapes that fit each other");
            if (groups is null && settings.Value.OrdersInputs && scales.Shape[0] > 1)
                return Other(encoding, "its inputs are in an order of their own (desc_act), and no g_idx says in which");
            // A group for each input needs no size.
            return (groups is null ? GroupSize(inputs) : 1) is { } size
                ? LogicalTensor.Decoded(
                    name, [outputs, inputs], encoding, parts,
                    new GptqDecoder(codes, zeros!, scales, groups, size, (int)bits, format == "gptq" ? 1u : 0u))
                : Other(encoding, OtherGroups(inputs));
        }

        // Where groups don't divide the inputs, only the file that says how large they are tells which inputs the last one has.
        long? GroupSize(long inputs) => settings.Value.GroupSize is { } size
            ? (inputs + size - 1) / size == scales.Shape[0] ? size : null
            : inputs % scales.Shape[0] == 0 ? inputs / scales.Shape[0] : null;

        string OtherGroups(long inputs) => settings.Value.GroupSize is { } size
            ? $"its {inputs} inputs are {scales.Shape[0]} groups, which a group_size of {size} doesn't make"
            : $"its {inputs} inputs aren't {scales.Shape[0]} equal groups, and no group_size says what they are";

        LogicalTensor Other(string encoding, string problem) => LogicalTensor.Undecoded(name, codes.Shape, encoding, parts, problem);
    }

    private static bool IsOf(TensorView? view, long rows, long columns) =>
        view is { DataType: TensorDataType.Int32 } && view.Shape.SequenceEqual([rows, columns]);

    private LogicalTensor Compressed(string module, TensorView codes)
    {
        string weight = module + Weight;
        string[] ends = ["_scale", "_zero_point", "_shape", "_g_idx", "_global_scale"];
        string encoding = codes.DataType == TensorDataType.UInt8 ? "NVFP4" : "compressed-tensors packed";
        return LogicalTensor.Undecoded(
            weight, codes.Shape, encoding, [codes, .. ends.Select(end => find(weight + end)), .. ActivationsOf(weight)],
            $"it holds packed codes ({encoding}), which aren't read");
    }

    private static LogicalTensor Microscaled(string name, TensorView blocks, TensorView exponents)
    {
        // [experts, rows, blocks, 16 bytes]: two values a byte.
        long[] shape = blocks.Shape.Count == 4 && blocks.Shape[3] <= int.MaxValue
            ? [blocks.Shape[0], blocks.Shape[1], blocks.Shape[2] * blocks.Shape[3] * 2]
            : [.. blocks.Shape];
        return LogicalTensor.Undecoded(name, shape, "MXFP4", [blocks, exponents], "it holds codes of MXFP4, which aren't read");
    }
}
