namespace Microsoft.ML.KappaTune.Retention;

/// <summary>A piece of a control text that is measured as one: a window, or a pair of neighbouring sentences.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Ids">The tokens of the window, without special ones, or of the two sentences, with them.</param>
internal sealed record ControlSample(string Text, int[][] Ids)
{
    public int Tokens => Ids.Sum(ids => ids.Length);
}
