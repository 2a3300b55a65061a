using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>The fields and properties of row classes: which ones count, and the types of their columns.</summary>
internal static class RowMember
{
    /// <summary>The members of a class that can be columns: fields, then properties.</summary>
    public static IEnumerable<MemberInfo> Of(Type rowType, SchemaDefinition.Direction direction)
    {
        IEnumerable<MemberInfo> fields = rowType.GetFields(BindingFlags.Public | BindingFlags.Instance)
            .Where(field => !field.IsInitOnly || direction.HasFlag(SchemaDefinition.Direction.Read));
        IEnumerable<MemberInfo> properties = rowType.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0)
            .Where(property => (direction.HasFlag(SchemaDefinition.Direction.Read) && property.GetGetMethod() is not null)
                || (direction.HasFlag(SchemaDefinition.Direction.Write) && property.GetSetMethod() is not null));
        return fields.Concat(properties).Where(member => !member.IsDefined(typeof(NoColumnAttribute), inherit: true));
    }

    /// <summary>The type of values of a field or property.</summary>
    public static Type ValueType(MemberInfo member) => member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;

    /// <summary>Whether a member's value can be read.</summary>
    public static bool IsReadable(MemberInfo member) => member is FieldInfo || ((PropertyInfo)member).GetGetMethod() is not null;

    /// <summary>The type of the column that a member makes, as its attributes say.</summary>
    public static DataViewType ColumnType(MemberInfo member)
    {
        PrimitiveDataViewType itemType = ItemType(member, out bool isVector);
        if (member.GetCustomAttribute<KeyTypeAttribute>() is { } key)
        {
            Contracts.CheckParam(KeyDataViewType.IsValidDataType(itemType.RawType), nameof(member),
                $"Member {member.Name} marked with KeyType attribute, but does not appear to be a valid kind of data for a key type");
            itemType = new KeyDataViewType(itemType.RawType, key.Count ?? MaxKeys(itemType.RawType));
        }

        VectorTypeAttribute? vector = member.GetCustomAttribute<VectorTypeAttribute>();
        Contracts.CheckParam(vector is null || isVector, nameof(member),
            $"Member {member.Name} marked with VectorType attribute, but does not appear to be a vector type");
        if (!isVector)
            return itemType;
        return vector?.Dimensions is { Length: > 0 } dimensions
            ? new VectorDataViewType(itemType, dimensions)
            : new VectorDataViewType(itemType);
    }

    /// <summary>The type of a member's values, or of the items of its array or vector.</summary>
    public static PrimitiveDataViewType ItemType(MemberInfo member, out bool isVector)
    {
        Type itemType = ValueItemType(ValueType(member), out isVector);
        return DataViewTypes.FromRawType(itemType)
            ?? throw Contracts.ExceptParam(
                "userType", $"Could not determine an IDataView type and registered custom types for member {member.Name}");
    }

    /// <summary>Whether values of a column can be put into a member.</summary>
    public static bool CanHold(MemberInfo member, DataViewType columnType)
    {
        Type itemType = ValueItemType(ValueType(member), out bool isVector);
        return isVector == columnType is VectorDataViewType
            && DataViewTypes.FromRawType(itemType)?.RawType == columnType.GetItemType().RawType;
    }

    /// <summary>A getter that always gives <paramref name="value"/>, as a value of <paramref name="type"/>.</summary>
    public static Delegate ConstantGetter(object? value, DataViewType type)
    {
        object? raw = value switch
        {
            string text => text.AsMemory(),
            string[] texts => new VBuffer<ReadOnlyMemory<char>>(texts.Length, [.. texts.Select(text => text.AsMemory())]),
            Array array => Activator.CreateInstance(type.RawType, array.Length, array, null),
            _ => value,
        };
        Contracts.CheckParam(raw?.GetType() == type.RawType, nameof(value), $"The value must be of type {type.RawType}");
        return Generic.Invoke<Delegate>(Constant<int>, type.RawType, raw);
    }

    private static ValueGetter<T> Constant<T>(T value) => (ref T destination) => destination = value;

    private static Type ValueItemType(Type type, out bool isVector)
    {
        isVector = type.IsArray || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>));
        return !isVector ? type : type.IsArray ? type.GetElementType()! : type.GetGenericArguments()[0];
    }

    private static ulong MaxKeys(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Byte => byte.MaxValue,
        TypeCode.UInt16 => ushort.MaxValue,
        TypeCode.UInt32 => uint.MaxValue,
        _ => ulong.MaxValue,
    };
}
