namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            /// <summary>The initial learning rate times a function of the epoch.</summary>
            /// <param name="optimizer">The optimizer.</param>
            /// <param name="lr_lambda">The factor of an epoch, the first being 0.</param>
            /// <param name="last_epoch">The last epoch done; -1 to begin.</param>
            /// <param name="verbose">Whether to write each new rate to the console.</param>
            public static LRScheduler LambdaLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false) =>
                new impl.LambdaLR(optimizer, lr_lambda, last_epoch, verbose);

            /// <summary>The learning rate times a factor at every so many epochs.</summary>
            /// <param name="optimizer">The optimizer.</param>
            /// <param name="step_size">Epochs between two changes.</param>
            /// <param name="gamma">The factor.</param>
            /// <param name="last_epoch">The last epoch done; -1 to begin.</param>
            /// <param name="verbose">Whether to write each new rate to the console.</param>
            public static LRScheduler StepLR(Optimizer optimizer, int step_size, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new impl.StepLR(optimizer, step_size, gamma, last_epoch, verbose);

            /// <summary>From the initial learning rate down to the least along half a period of a cosine.</summary>
            /// <param name="optimizer">The optimizer.</param>
            /// <param name="T_max">Epochs until the least.</param>
            /// <param name="eta_min">The least learning rate.</param>
            /// <param name="last_epoch">The last epoch done; -1 to begin.</param>
            /// <param name="verbose">Whether to write each new rate to the console.</param>
            public static LRScheduler CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1, bool verbose = false) =>
                new impl.CosineAnnealingLR(optimizer, T_max, eta_min, last_epoch, verbose);
        }
    }
}
