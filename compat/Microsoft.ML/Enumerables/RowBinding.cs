using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>A schema definition tied to the members of a class: the schema it makes, and the member behind each column.</summary>
internal sealed class RowBinding
{
    private RowBinding(DataViewSchema schema, MemberInfo[] members)
    {
        Schema = schema;
        Members = members;
    }

    /// <summary>The columns.</summary>
    public DataViewSchema Schema { get; }

    /// <summary>The member of each column.</summary>
    public MemberInfo[] Members { get; }

    /// <summary>Ties a definition, by default the one that the attributes make, to a class.</summary>
    public static RowBinding Create(Type rowType, SchemaDefinition? definition, SchemaDefinition.Direction direction)
    {
        definition ??= SchemaDefinition.Create(rowType, direction);
        var builder = new DataViewSchema.Builder();
        var members = new List<MemberInfo>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (SchemaDefinition.Column column in definition)
        {
            MemberInfo member = (MemberInfo?)rowType.GetField(column.MemberName) ?? rowType.GetProperty(column.MemberName)
                ?? throw Contracts.ExceptParam(
                    "schemaDefinition", $"No field or property with name '{column.MemberName}' found in type '{rowType.FullName}'");
            string name = string.IsNullOrEmpty(column.ColumnName) ? member.Name : column.ColumnName;
            Contracts.CheckParam(names.Add(name), "schemaDefinition", $"Duplicate column name '{name}' detected, this is disallowed");
            DataViewType type = column.ColumnType ?? RowMember.ColumnType(member);
            Contracts.CheckParam(RowMember.CanHold(member, type), "schemaDefinition",
                $"Column '{name}' is supposed to be {type}, but type of associated field '{member.Name}' is {RowMember.ValueType(member).FullName}");
            builder.AddColumn(name, type, column.Annotations);
            members.Add(member);
        }

        return new RowBinding(builder.ToSchema(), [.. members]);
    }
}
