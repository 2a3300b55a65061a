namespace Microsoft.ML.KappaTune.Tests;

/// <summary>One at a time, since the number of threads and the generator of random numbers are settings of the whole process.</summary>
[CollectionDefinition(nameof(ProcessSettings), DisableParallelization = true)]
public class ProcessSettings;
