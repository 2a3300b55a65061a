namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>One step that changes a text before it is split.</summary>
internal interface INormalizer
{
    /// <summary>Writes the changed text to <paramref name="target"/>, which is empty; false where it leaves the text as it is.</summary>
    bool TryNormalize(AlignedText text, AlignedText target);
}

/// <summary>The steps of a file's normalizer, in order.</summary>
internal sealed class NormalizerSequence(IReadOnlyList<INormalizer> steps)
{
    private readonly INormalizer[] _steps = [.. steps];

    public void Normalize(Workspace workspace)
    {
        foreach (INormalizer step in _steps)
        {
            if (step.TryNormalize(workspace.Text, workspace.NextText()))
                workspace.AcceptText();
        }
    }

    /// <summary>The normalized form of a text by itself.</summary>
    public string Normalize(string text)
    {
        var workspace = new Workspace();
        workspace.Text.Load(text);
        Normalize(workspace);
        return workspace.Text.Chars.ToString();
    }
}
