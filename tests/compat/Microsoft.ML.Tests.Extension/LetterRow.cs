using Microsoft.ML.Data;

namespace Microsoft.ML.Tests.Extension;

internal sealed class LetterRow(DataViewRow input, LetterMapper mapper, bool scores) : DataViewRow
{
    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override DataViewSchema Schema => mapper.OutputSchema;

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        mapper.IsScore(column) ? scores : input.IsColumnActive(mapper.InputSchema[column.Index]);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => mapper.IsScore(column)
        ? (ValueGetter<TValue>)(Delegate)mapper.GetScoreGetter(input)
        : input.GetGetter<TValue>(mapper.InputSchema[column.Index]);
}
