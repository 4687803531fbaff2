// Broken servers of the `whatsapp` document. Each breaks one rule that the document states or implies, or that only sense asks for.

import asked from './mutants-asked.mjs';
import told from './mutants-told.mjs';

export default [...asked, ...told];
