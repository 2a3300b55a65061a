using TorchSharp;

namespace Microsoft.ML.KappaTune.Compute;

/// <summary>
/// Sets the tensor library's number of threads until it is disposed; 0 for all cores, because the library's default may be half of them.
/// </summary>
internal readonly ref struct ThreadSetting
{
    private readonly int _before;

    public ThreadSetting(int threads)
    {
        TensorLibrary.Require();
        _before = torch.get_num_threads();
        torch.set_num_threads(CountOf(threads));
    }

    public static int CountOf(int threads) => threads > 0 ? threads : Environment.ProcessorCount;

    public void Dispose() => torch.set_num_threads(_before);
}
