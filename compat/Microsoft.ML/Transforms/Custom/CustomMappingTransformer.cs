using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Makes columns by code of one's own. As many threads may use it at once as that code allows.</summary>
/// <typeparam name="TSrc">The class whose members are the columns that the code reads.</typeparam>
/// <typeparam name="TDst">The class whose members are the columns to make.</typeparam>
public sealed class CustomMappingTransformer<TSrc, TDst> : ITransformer where TSrc : class, new() where TDst : class, new()
{
    private readonly Action<TSrc, TDst> _mapAction;
    private readonly string? _contractName;
    private readonly SchemaDefinition? _inputDefinition;
    private readonly RowBinding _output;

    internal CustomMappingTransformer(IHostEnvironment env, Action<TSrc, TDst> mapAction, string? contractName,
        SchemaDefinition? inputDefinition, SchemaDefinition? outputDefinition)
    {
        env.CheckValue(mapAction, nameof(mapAction));
        _mapAction = mapAction;
        _contractName = contractName;
        _inputDefinition = inputDefinition;
        _output = RowBinding.Create(typeof(TDst), outputDefinition, SchemaDefinition.Direction.Read);
    }

    /// <summary>The shapes of the columns that the code reads.</summary>
    internal SchemaShape ReadColumns =>
        SchemaShape.Create(RowBinding.Create(typeof(TSrc), _inputDefinition, SchemaDefinition.Direction.Write).Schema);

    /// <summary>The columns that the code makes.</summary>
    internal DataViewSchema AddedSchema => _output.Schema;

    bool ITransformer.IsRowToRowMapper => true;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return Bind(inputSchema).OutputSchema;
    }

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        return new MappedDataView(input, Bind(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return Bind(inputSchema);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        Contracts.CheckValue(ctx, nameof(ctx));
        if (string.IsNullOrEmpty(_contractName))
            throw Contracts.Except("A custom mapping without a contract name can't be saved.");
        CustomMappingLoader.Save(ctx, _contractName, _mapAction.Method.Module.Assembly);
    }

    private RowToRowMapper Bind(DataViewSchema inputSchema) => new(inputSchema, new Mapper(this, inputSchema));

    private sealed class Mapper(CustomMappingTransformer<TSrc, TDst> owner, DataViewSchema inputSchema) : IRowMapper
    {
        private readonly SetterPlan _plan = SetterPlan.Create(typeof(TSrc), inputSchema, ignoreMissingColumns: false, owner._inputDefinition);

        public DataViewSchema.DetachedColumn[] GetOutputColumns() =>
            owner._output.Schema.Select(column => new DataViewSchema.DetachedColumn(column)).ToArray();

        public bool DependsOn(int output, int input) => _plan.Columns.Any(column => column.Index == input);

        public Delegate?[] CreateGetters(DataViewRow input, Func<int, bool> isActive, out Action? disposer)
        {
            disposer = null;
            var getters = new Delegate?[owner._output.Members.Length];
            if (!Enumerable.Range(0, getters.Length).Any(isActive))
                return getters;
            var state = new RowState(input, owner._mapAction, new MemberSetters<TSrc>(input, _plan), new MemberGetters<TDst>(owner._output));
            for (int i = 0; i < getters.Length; i++)
            {
                if (isActive(i))
                    getters[i] = Generic.Invoke<Delegate>(Typed<int>, owner._output.Schema[i].Type.RawType, state, i);
            }

            return getters;
        }

        private static ValueGetter<T> Typed<T>(RowState state, int output)
        {
            var getter = (ValueGetter<T>)state.Output.Create(output);
            return (ref T value) =>
            {
                state.Update();
                getter(ref value);
            };
        }
    }

    /// <summary>The two objects of one cursor: the code runs once a row, however many columns are read.</summary>
    private sealed class RowState(DataViewRow row, Action<TSrc, TDst> map, MemberSetters<TSrc> input, MemberGetters<TDst> output)
    {
        private readonly TSrc _source = new();
        private readonly TDst _destination = new();
        private long _position = -1;

        public MemberGetters<TDst> Output => output;

        public void Update()
        {
            if (row.Position == _position)
                return;
            input.Fill(_source);
            map(_source, _destination);
            output.Current = _destination;
            _position = row.Position;
        }
    }
}
