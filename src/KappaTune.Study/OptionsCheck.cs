using Microsoft.ML.KappaTune.Selection;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>Looks at options before anything is known of files.</summary>
public static class OptionsCheck
{
    /// <exception cref="ArgumentException">Something is out of range; the message says what is allowed.</exception>
    public static void Validate(KappaSelection selection) => SelectionCheck.Validate(selection);
}
