namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>The steps of a file's normalizer, in order.</summary>
internal sealed class NormalizerChain(IReadOnlyList<ITextNormalizer> steps)
{
    private readonly ITextNormalizer[] _steps = [.. steps];

    /// <summary>Normalizes the workspace's text.</summary>
    public void Normalize(Workspace workspace)
    {
        foreach (ITextNormalizer step in _steps)
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
