using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Which members of a class become, or are filled from, which columns. Change it to differ from the attributes.</summary>
public sealed partial class SchemaDefinition : List<SchemaDefinition.Column>
{
    private SchemaDefinition()
    {
    }

    /// <summary>What members are used for.</summary>
    [Flags]
    public enum Direction
    {
        /// <summary>They're read.</summary>
        Read = 1,

        /// <summary>They're written.</summary>
        Write = 2,

        /// <summary>Either.</summary>
        Both = Read | Write,
    }

    /// <summary>The column named <paramref name="columnName"/>.</summary>
    public Column this[string columnName]
    {
        get => Find(column => column.ColumnName == columnName)
            ?? throw Contracts.ExceptParam(nameof(columnName), $"Column '{columnName}' not found");
        set
        {
            Contracts.CheckValue(value, nameof(value));
            Contracts.CheckParam(value.ColumnName == columnName, nameof(columnName), "The name of the column must match the index");
            int index = FindIndex(column => column.ColumnName == columnName);
            if (index < 0)
                Add(value);
            else
                this[index] = value;
        }
    }

    /// <summary>The columns that a class's public fields and properties make, as their attributes say.</summary>
    /// <param name="userType">The class.</param>
    /// <param name="direction">What members must allow to count.</param>
    public static SchemaDefinition Create(Type userType, Direction direction = Direction.Both)
    {
        Contracts.CheckValue(userType, nameof(userType));
        var definition = new SchemaDefinition();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (MemberInfo member in RowMember.Of(userType, direction))
        {
            string name = member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name;
            Contracts.CheckParam(names.Add(name), nameof(userType), $"Duplicate column name '{name}' detected, this is disallowed");
            definition.Add(new Column(member.Name, RowMember.ColumnType(member), name));
        }

        return definition;
    }
}
