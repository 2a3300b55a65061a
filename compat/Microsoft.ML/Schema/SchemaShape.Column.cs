using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class SchemaShape
{
    /// <summary>What is known of a column before there's data.</summary>
    public readonly struct Column
    {
        /// <summary>Whether a column is a vector.</summary>
        public enum VectorKind
        {
            /// <summary>It's a single value.</summary>
            Scalar,

            /// <summary>A vector of a length that will be known.</summary>
            Vector,

            /// <summary>A vector of varying length.</summary>
            VariableVector,
        }

        /// <summary>The name.</summary>
        public readonly string Name;

        /// <summary>Whether it's a vector.</summary>
        public readonly VectorKind Kind;

        /// <summary>The type of a value; of a key, the type it's stored in.</summary>
        public readonly DataViewType ItemType;

        /// <summary>Whether the values are keys.</summary>
        public readonly bool IsKey;

        /// <summary>What is known of its annotations.</summary>
        public readonly SchemaShape Annotations;

        internal Column(string name, VectorKind vecKind, DataViewType itemType, bool isKey, SchemaShape? annotations = null)
        {
            Contracts.CheckNonEmpty(name, nameof(name));
            Contracts.CheckValue(itemType, nameof(itemType));
            Contracts.CheckParam(
                itemType is not KeyDataViewType and not VectorDataViewType, nameof(itemType), "Item type cannot be a key or a vector");
            Contracts.CheckParam(
                !isKey || KeyDataViewType.IsValidDataType(itemType.RawType), nameof(itemType), "The item type must be valid for a key");
            Name = name;
            Kind = vecKind;
            ItemType = itemType;
            IsKey = isKey;
            Annotations = annotations ?? Empty;
        }

        internal bool IsValid => ItemType is not null;

        /// <summary>Whether <paramref name="source"/> can stand where this is expected: the same, with at least its annotations.</summary>
        internal bool IsCompatibleWith(Column source)
        {
            Contracts.CheckParam(source.IsValid, nameof(source), "struct not initialized properly");
            return Name == source.Name && Kind == source.Kind && IsKey == source.IsKey && ItemType.Equals(source.ItemType)
                && Annotations.All(wanted =>
                    source.Annotations.TryFindColumn(wanted.Name, out Column found) && wanted.IsCompatibleWith(found));
        }

        internal string GetTypeString()
        {
            string item = IsKey ? $"Key<{ItemType}>" : ItemType.ToString()!;
            return Kind switch
            {
                VectorKind.Vector => $"Vector<{item}>",
                VectorKind.VariableVector => $"VarVector<{item}>",
                _ => item,
            };
        }
    }
}
