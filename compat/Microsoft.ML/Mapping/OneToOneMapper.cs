namespace Microsoft.ML.Data;

/// <summary>A row mapper whose every column is computed from one input column.</summary>
internal abstract class OneToOneMapper(DataViewSchema.Column[] inputs) : IRowMapper
{
    /// <summary>The input column of each added column.</summary>
    protected DataViewSchema.Column[] Inputs { get; } = inputs;

    public abstract DataViewSchema.DetachedColumn[] GetOutputColumns();

    public bool DependsOn(int output, int input) => Inputs[output].Index == input;

    public Delegate?[] CreateGetters(DataViewRow input, Func<int, bool> isActive, out Action? disposer)
    {
        disposer = null;
        var getters = new Delegate?[Inputs.Length];
        for (int i = 0; i < getters.Length; i++)
            getters[i] = isActive(i) ? CreateGetter(input, i) : null;
        return getters;
    }

    /// <summary>The getter of added column <paramref name="output"/> over <paramref name="input"/>.</summary>
    protected abstract Delegate CreateGetter(DataViewRow input, int output);
}
