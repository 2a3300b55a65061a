namespace Microsoft.ML.KappaTune.Checkpoints;

internal sealed partial class TensorEncodings
{
    /// <summary>DeepSeek's, and what a configuration leaves out.</summary>
    private const long UsualBlock = 128;

    private const float LargestCode = 127;

    private LogicalTensor FourBit(TensorView codes, TensorView largest)
    {
        string name = codes.Name;
        TensorView? normal = find($"{name}.quant_state.bitsandbytes__nf4"), plain = find($"{name}.quant_state.bitsandbytes__fp4");
        TensorView? table = find($"{name}.quant_map");
        TensorView? nested = find($"{name}.nested_absmax"), nestedTable = find($"{name}.nested_quant_map");
        TensorView?[] parts = [codes, largest, table, nested, nestedTable, normal, plain];
        string encoding = normal is not null ? "bitsandbytes nf4" : "bitsandbytes fp4";
        BitsAndBytesState? state = (normal ?? plain) is { } stored ? BitsAndBytesState.Read(stored) : null;
        long[] shape = state?.Shape ?? [.. codes.Shape];
        if (state is null || !SafetensorsHeader.TryCount(shape, 1, out long values, out _) || !Fits())
        {
            return LogicalTensor.Undecoded(
                name, codes.Shape, encoding, parts, "its parts don't fit each other, or its quant_state isn't known");
        }

        return LogicalTensor.Decoded(name, shape, encoding, parts, new BitsAndBytesDecoder(codes, largest, table!, state)
        {
            NestedLargest = nested,
            NestedTable = nestedTable,
        });

        bool Fits()
        {
            long blocks = (values + state.BlockSize - 1) / state.BlockSize;
            bool isNested = state.NestedBlockSize > 0;
            return codes.ByteLength == (values + 1) / 2 && largest.ElementCount == blocks && table is { ElementCount: 16 }
                && largest.DataType == (isNested ? TensorDataType.UInt8 : TensorDataType.Float32)
                && isNested == nested is not null && isNested == nestedTable is not null
                && (!isNested || ((blocks + state.NestedBlockSize - 1) / state.NestedBlockSize == nested!.ElementCount
                    && nestedTable!.ElementCount == 256));
        }
    }

    private LogicalTensor? Scaled8(TensorView codes)
    {
        string name = codes.Name;
        if ((find($"{name}_scale_inv") ?? find($"{name}_scale")) is not { } scales)
            return null;
        TensorView?[] parts = [codes, scales, .. ActivationsOf(name)];
        if (!scales.DataType.IsFloatingPoint() || scales.DataType.Size() == 1)
        {
            return LogicalTensor.Undecoded(
                name, codes.Shape, "MXFP8", parts, "it holds codes of MXFP8, whose scales are exponents and aren't read");
        }

        if (codes.Shape.Count != 2)
            return LogicalTensor.Undecoded(name, codes.Shape, "FP8", parts, "scales of FP8 are read for matrices only");

        long rows = codes.Shape[0], columns = codes.Shape[1];
        (long blockRows, long blockColumns) = settings.Value.Block ?? (UsualBlock, UsualBlock);
        if (scales.ElementCount == 1)
            return Decoded("FP8, a scale a tensor", rows, columns);
        if (scales.Shape.SequenceEqual([rows]) || scales.Shape.SequenceEqual([rows, 1]))
            return Decoded("FP8, a scale a row", 1, columns);
        if (scales.Shape.SequenceEqual([(rows + blockRows - 1) / blockRows, (columns + blockColumns - 1) / blockColumns]))
            return Decoded("FP8, a scale a block", blockRows, blockColumns);
        return LogicalTensor.Undecoded(
            name, codes.Shape, "FP8", parts,
            $"its scales are {Text(scales.Shape)}, which isn't one a tensor, a row or a block of {blockRows}×{blockColumns}");

        LogicalTensor Decoded(string encoding, long itsRows, long itsColumns) => LogicalTensor.Decoded(
            name, codes.Shape, encoding, parts, new ScaledDecoder(codes, scales, Math.Max(1, itsRows), Math.Max(1, itsColumns)));
    }

    /// <summary>Integers are codes where scales are beside them.</summary>
    private LogicalTensor? Integers(TensorView codes)
    {
        string name = codes.Name;
        string? module = name.EndsWith(Weight, StringComparison.Ordinal) ? name[..^Weight.Length] : null;
        if (module is not null && codes.DataType == TensorDataType.Int8 && find($"{module}.SCB") is { } largest)
            return Int8(module, codes, largest);
        if (module is not null && find($"{module}.scales") is { } scales)
        {
            TensorView? biases = find($"{module}.biases");
            string grouped = biases is not null ? "MLX" : "MXFP4";
            return LogicalTensor.Undecoded(
                name, codes.Shape, grouped, [codes, scales, biases], $"it holds packed codes ({grouped}), which aren't read");
        }

        if (find($"{name}_scale") is not { } scale)
            return null;
        string encoding = find($"{name}_scale_2") is not null ? "NVFP4" : $"{codes.DataType.Name()} with scales";
        return LogicalTensor.Undecoded(
            name, codes.Shape, encoding,
            [codes, scale, find($"{name}_scale_2"), find($"{name}_zero_point"), find($"{name}_shape"), .. ActivationsOf(name)],
            $"it holds codes ({encoding}), which aren't read");
    }

    private LogicalTensor Int8(string module, TensorView codes, TensorView largest)
    {
        const string Encoding = "bitsandbytes int8";
        TensorView? format = find($"{module}.weight_format");
        TensorView?[] parts = [codes, largest, format];
        bool isRowMajor = format is null || (format is { DataType: TensorDataType.UInt8, ElementCount: 1 } && format.Bytes(0, 1)[0] == 0);
        bool fits = codes.Shape.Count == 2 && largest.DataType.IsFloatingPoint() && largest.Shape.SequenceEqual([codes.Shape[0]]);
        return isRowMajor && fits
            ? LogicalTensor.Decoded(
                codes.Name, codes.Shape, Encoding, parts, new ScaledDecoder(codes, largest, 1, Math.Max(1, codes.Shape[1]), LargestCode))
            : LogicalTensor.Undecoded(
                codes.Name, codes.Shape, Encoding, parts,
                isRowMajor ? "its SCB isn't a largest value for each row" : "its codes aren't row by row (weight_format)");
    }
}
