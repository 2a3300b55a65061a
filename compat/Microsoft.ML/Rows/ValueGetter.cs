namespace Microsoft.ML;

/// <summary>Fills <paramref name="value"/> with the value of a column in the current row; reuses what it holds where possible.</summary>
public delegate void ValueGetter<TValue>(ref TValue value);
