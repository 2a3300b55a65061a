namespace Microsoft.ML.KappaTune;

/// <summary>
/// A training state can't be resumed, because it is of other data, another base model or other options. Nothing was changed.
/// </summary>
public sealed class TrainingStateMismatchException : InvalidOperationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="folder">The folder of the training state.</param>
    /// <param name="what">What differs: an option's name, or words such as <c>the training rows</c>.</param>
    /// <param name="saved">What it was when the state was kept.</param>
    /// <param name="current">What it is now.</param>
    public TrainingStateMismatchException(string folder, string what, string saved, string current)
        : base($"The training state in {folder} is of another run: {what} was {saved} and is {current} now. "
            + "Set it to what it was, or train anew with Resume = false, which replaces the state.")
    {
        Folder = folder;
        What = what;
        Saved = saved;
        Current = current;
    }

    /// <summary>The folder of the training state.</summary>
    public string Folder { get; }

    /// <summary>What differs: the name of an option, or words such as <c>the training rows</c>.</summary>
    public string What { get; }

    /// <summary>What it was when the state was kept; a name, or a hash where it is data without one.</summary>
    public string Saved { get; }

    /// <summary>What it is now.</summary>
    public string Current { get; }
}
