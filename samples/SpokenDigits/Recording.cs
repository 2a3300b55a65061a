/// <summary>A row: samples, and what is said in them.</summary>
internal sealed class Recording
{
    public float[] Audio { get; set; } = [];

    public string Label { get; set; } = "";

    public static Recording Of(Utterance utterance) => new() { Audio = utterance.Sound.Samples, Label = utterance.Said };
}

/// <summary>What the model adds to a row.</summary>
internal sealed class Heard
{
    public string Transcript { get; set; } = "";
}
