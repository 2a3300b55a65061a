namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>What has the two decays of Adam.</summary>
        public interface IBetas
        {
            /// <summary>The decays of the mean of gradients and of squared gradients.</summary>
            (double, double) Betas { get; set; }
        }
    }
}
