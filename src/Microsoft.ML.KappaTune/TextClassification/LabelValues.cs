using System.Globalization;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Persistence;

namespace Microsoft.ML.KappaTune.TextClassification;

/// <summary>
/// What the keys of a label stand for, in their order: the label's key values, or numbers from 0 as text where it has none. Immutable.
/// </summary>
internal sealed class LabelValues
{
    public const string KeyValues = "KeyValues";

    // A head of more classes would be no mistake but a misuse: such a key counts something, it doesn't name classes.
    private const ulong MaximumClasses = 1_000_000;

    private readonly ValueKind _kind;
    private readonly Array _values;

    private LabelValues(ValueKind kind, Array values)
    {
        _kind = kind;
        _values = values;
        Names = kind.Names(values);
    }

    public int Count => _values.Length;

    /// <summary>The classes' names.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <exception cref="InvalidOperationException">The label's keys aren't those of classes.</exception>
    public static LabelValues FromColumn(DataViewSchema.Column label)
    {
        ulong count = ((KeyDataViewType)label.Type).Count;
        // MapValueToKey makes a key of one class without a value where it met none.
        if (count is 1 && label.Annotations.Schema.GetColumnOrNull(KeyValues) is not { Type: VectorDataViewType { Size: 1 } })
        {
            throw new InvalidOperationException(
                $"Every label in column '{label.Name}' is empty. Check which column of the data it is loaded from, and the separator.");
        }

        if (count is < 2 or > MaximumClasses)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"The label column '{label.Name}' has {count} classes; "
                + $"a classifier needs 2 to {MaximumClasses}. Make it with MapValueToKey."));
        }

        if (label.Annotations.Schema.GetColumnOrNull(KeyValues) is { Type: VectorDataViewType vector }
            && (ulong)vector.Size == count && ValueKind.Find(vector.ItemType) is { } kind)
        {
            var labels = new LabelValues(kind, kind.Read(label.Annotations, KeyValues));
            ClassNames.CheckDistinct(labels.Names, reason => new InvalidOperationException(
                $"The label column '{label.Name}' has key values of which {reason}. Give each class a name of its own."));
            return labels;
        }

        ReadOnlyMemory<char>[] numbers =
            [.. Enumerable.Range(0, (int)count).Select(i => i.ToString(CultureInfo.InvariantCulture).AsMemory())];
        return new(ValueKind.All[0], numbers);
    }

    /// <summary>Classes with these names.</summary>
    public static LabelValues FromNames(IEnumerable<string> names) =>
        new(ValueKind.All[0], names.Select(name => name.AsMemory()).ToArray());

    /// <summary>The annotation of key values in the shape of a column that takes them over from the label.</summary>
    public static SchemaShape.Column Shape(SchemaShape.Column label) =>
        label.Annotations.TryFindColumn(KeyValues, out SchemaShape.Column values) && ValueKind.Find(values.ItemType) is not null
            ? values
            : new(KeyValues, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, isKey: false);

    public bool IsSameAs(LabelValues other) => _kind == other._kind && _kind.AreEqual(_values, other._values);

    /// <summary>Adds the values as an annotation.</summary>
    public void AddTo(DataViewSchema.Annotations.Builder builder, string annotation) => _kind.AddTo(builder, annotation, _values);

    public void Save(BinaryWriter writer)
    {
        writer.Write((byte)((List<ValueKind>)[.. ValueKind.All]).IndexOf(_kind));
        writer.Write(Count);
        _kind.Write(writer, _values);
    }

    /// <exception cref="FormatException">The model file is damaged.</exception>
    public static LabelValues Load(BinaryReader reader)
    {
        int code = reader.ReadByte();
        Payload.Require(code < ValueKind.All.Count);
        int count = Payload.ReadCount(reader, bytesPerItem: 1);
        Payload.Require(count >= 2);
        var labels = new LabelValues(ValueKind.All[code], ValueKind.All[code].Read(reader, count));
        ClassNames.CheckDistinct(labels.Names, reason => new FormatException(
            $"The model was saved with class names of which {reason}, so its predictions can't be told apart. Name them differently and "
            + "save it again."));
        return labels;
    }
}
