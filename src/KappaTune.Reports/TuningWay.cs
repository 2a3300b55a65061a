namespace Microsoft.ML.KappaTune;

/// <summary>One of several ways to tune a base model to one task, to be shown beside the others.</summary>
/// <param name="Title">What it is called.</param>
/// <param name="Report">What was trained, and how it went.</param>
/// <param name="Accuracy">The share of texts sorted right that none of the ways learnt from; null where it wasn't measured.</param>
public sealed record TuningWay(string Title, TuningReport Report, double? Accuracy);
