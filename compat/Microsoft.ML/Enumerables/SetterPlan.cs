using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Which columns of a schema fill which members of a class.</summary>
internal sealed class SetterPlan
{
    private SetterPlan(DataViewSchema.Column[] columns, MemberInfo[] members)
    {
        Columns = columns;
        Members = members;
    }

    /// <summary>The columns to read.</summary>
    public DataViewSchema.Column[] Columns { get; }

    /// <summary>The member that each column fills.</summary>
    public MemberInfo[] Members { get; }

    /// <summary>Finds the column of each member.</summary>
    /// <param name="rowType">The class.</param>
    /// <param name="schema">Where columns are looked for.</param>
    /// <param name="ignoreMissingColumns">Whether a member without a column is left as it is; else it's an error.</param>
    /// <param name="definition">The members and their columns' names; default: as the attributes say.</param>
    public static SetterPlan Create(Type rowType, DataViewSchema schema, bool ignoreMissingColumns, SchemaDefinition? definition)
    {
        RowBinding binding = RowBinding.Create(rowType, definition, SchemaDefinition.Direction.Write);
        var columns = new List<DataViewSchema.Column>();
        var members = new List<MemberInfo>();
        for (int i = 0; i < binding.Members.Length; i++)
        {
            string name = binding.Schema[i].Name;
            MemberInfo member = binding.Members[i];
            if (schema.GetColumnOrNull(name) is not { } column)
            {
                if (!ignoreMissingColumns)
                    throw Contracts.ExceptSchemaMismatch(null, "Schema", "", name);
                continue;
            }

            if (!RowMember.CanHold(member, column.Type))
            {
                string memberType = RowMember.ValueType(member).FullName!;
                throw Contracts.Except(
                    $"Can't bind the IDataView column '{name}' of type '{column.Type}' to field or property '{member.Name}' of type '{memberType}'.");
            }

            columns.Add(column);
            members.Add(member);
        }

        return new SetterPlan([.. columns], [.. members]);
    }
}
