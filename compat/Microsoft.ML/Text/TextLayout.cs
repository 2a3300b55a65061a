using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>From the columns that options ask for to places in the file, looked up in a sample of it where they leave it open.</summary>
internal static class TextLayout
{
    // As many lines of the sample are looked at to find how many columns there are.
    private const int SampledLines = 100;

    /// <summary>Settles the columns.</summary>
    public static TextLayoutColumn[] Settle(IExceptionContext context, TextLoader.Options options, IMultiStreamSource? sample)
    {
        TextLoader.Column[] columns = options.Columns!;
        int? width = options.InputSize;
        if (columns.Any(column => column.Source?.Any(range => range.AutoEnd || range.AllOther) == true))
            width ??= Width(context, options, sample);
        var used = new HashSet<int>(columns.SelectMany(column => column.Source ?? []).Where(range => !range.AllOther)
            .SelectMany(range => Indices(context, range, width ?? 0)));
        return [.. columns.Select(column => Settle(context, column, width ?? 0, used))];
    }

    private static TextLayoutColumn Settle(IExceptionContext context, TextLoader.Column column, int width, HashSet<int> used)
    {
        context.CheckUserArg(!string.IsNullOrWhiteSpace(column.Name), nameof(TextLoader.Column.Name), "Must be specified");
        context.CheckUserArg(column.Source is { Length: > 0 }, nameof(TextLoader.Column.Source),
            $"Must specify some source column indices for column '{column.Name}'");
        int[] sources = [.. column.Source.SelectMany(range => range.AllOther
            ? Enumerable.Range(0, width).Where(index => !used.Contains(index))
            : Indices(context, range, width))];
        bool isVector = sources.Length != 1 || column.Source.Any(range => range.ForceVector || range.AutoEnd || range.AllOther);
        context.CheckUserArg(sources.Length > 0, nameof(TextLoader.Column.Source), $"The file has no columns for column '{column.Name}'");
        return new TextLayoutColumn(column.Name, ItemType(context, column), isVector, sources);
    }

    private static PrimitiveDataViewType ItemType(IExceptionContext context, TextLoader.Column column)
    {
        PrimitiveDataViewType type = DataViewTypes.FromKind(column.DataKind);
        if (column.KeyCount is not { } keys)
            return type;
        context.CheckUserArg(
            KeyDataViewType.IsValidDataType(type.RawType), nameof(TextLoader.Column.KeyCount), "Keys must be of an unsigned integer kind");
        ulong most = Type.GetTypeCode(type.RawType) switch
        {
            TypeCode.Byte => byte.MaxValue,
            TypeCode.UInt16 => ushort.MaxValue,
            TypeCode.UInt32 => uint.MaxValue,
            _ => ulong.MaxValue,
        };
        return new KeyDataViewType(type.RawType, keys.Count ?? most);
    }

    private static IEnumerable<int> Indices(IExceptionContext context, TextLoader.Range range, int width)
    {
        context.CheckUserArg(!range.VariableEnd, nameof(TextLoader.Range.VariableEnd), "Variable-length columns are not supported");
        int end = range.AutoEnd ? width - 1 : range.Max ?? range.Min;
        return Enumerable.Range(range.Min, Math.Max(0, end - range.Min + 1));
    }

    private static int Width(IExceptionContext context, TextLoader.Options options, IMultiStreamSource? sample)
    {
        context.Check(sample is { Count: > 0 }, "Can't determine the number of source columns without valid data");
        var splitter = new FieldSplitter(options);
        var fields = new TextFields();
        int width = 0;
        foreach (TextLine line in TextLines.Read(sample, options, context).Take(SampledLines))
        {
            splitter.Split(line.Text, fields, int.MaxValue, report: null);
            width = Math.Max(width, fields.ColumnCount);
        }

        context.Check(width > 0, "Can't determine the number of source columns without valid data");
        return width;
    }
}
