namespace Microsoft.ML.KappaTune.Inference.LabelWords;

/// <summary>What stands in a prompt for the texts of a row.</summary>
internal static class PromptPlaces
{
    public const string Text = "{text}", Pair = "{pair}";
}
