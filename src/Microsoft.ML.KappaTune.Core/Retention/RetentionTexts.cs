namespace Microsoft.ML.KappaTune;

/// <summary>Control texts that come with the library, as <see cref="TuningOptions.RetentionText"/> names them.</summary>
public static class RetentionTexts
{
    /// <summary>English prose in the public domain, of 1730 to 1940: novels, a book of science and speeches, 346 KB.</summary>
    public const string English = "english";
}
